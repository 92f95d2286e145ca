-- Who may read what: whom each node of Confluence lets through, who people here are there, and what follows.
-- A node is a page or folder by its id, or a space by `space:` and its id. Of people only account ids are kept.

-- When everything here was last read whole.
create table if not exists permission_checks (
  connection_id integer primary key references connections (id) on delete cascade,
  checked_at integer not null
);

-- A space's view permission; without a row it is unknown, which hides.
create table if not exists space_permissions (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  state text not null constraint space_permission_state check (state in ('open', 'restricted', 'unknown')),
  checked_at integer not null,
  primary key (connection_id, space_id)
) without rowid;

-- Whom a restricted node names. A restricted node without a row here lets nobody through.
create table if not exists node_readers (
  connection_id integer not null references connections (id) on delete cascade,
  node_id text not null,
  kind text not null constraint node_reader_kind check (kind in ('user', 'group')),
  -- An account id or a group id.
  subject_id text not null,
  primary key (connection_id, node_id, kind, subject_id)
) without rowid;

create table if not exists groups (
  connection_id integer not null references connections (id) on delete cascade,
  group_id text not null,
  -- Null until it was asked for.
  name text,
  -- Whether an admin decided that it stands for everyone, or that it does not; null where nobody did.
  decided integer,
  decided_by text,
  -- The group that Confluence gives to everybody stands for everyone by itself; see `audience::is_default_group`.
  everyone integer generated always as (
    coalesce(decided, coalesce(name = 'confluence-users' or name glob 'confluence-users-*', 0))) virtual,
  state text not null default 'unread' constraint group_state check (state in ('unread', 'read', 'unreadable')),
  members integer not null default 0,
  checked_at integer not null default 0,
  primary key (connection_id, group_id)
);

create table if not exists group_members (
  connection_id integer not null,
  group_id text not null,
  account_id text not null,
  -- When the list that last showed the member began to be read.
  seen_at integer not null,
  primary key (connection_id, group_id, account_id),
  foreign key (connection_id, group_id) references groups (connection_id, group_id) on delete cascade
) without rowid;

-- People who have signed in, as the identity provider calls them.
create table if not exists people (
  subject text primary key,
  name text not null,
  -- In lower case; empty where the provider gives none.
  email text not null,
  -- Whether the provider vouches for the address. Only then does it decide anything.
  email_verified integer not null,
  first_seen_at integer not null,
  seen_at integer not null
);
create index if not exists people_by_email on people (email) where email_verified = 1;

-- Which Atlassian account is whose, for each site. A null account says that an admin took it away, and that
-- an address alone must not bring it back.
create table if not exists person_accounts (
  subject text not null references people (subject) on delete cascade,
  connection_id integer not null references connections (id) on delete cascade,
  account_id text,
  how text not null constraint person_account_how check (how in ('email', 'admin')),
  decided_by text,
  decided_at integer not null,
  primary key (subject, connection_id)
) without rowid;
create index if not exists person_accounts_by_account on person_accounts (connection_id, account_id);

-- Accounts that may be somebody's who has none yet. It is kept until somebody decides, for names are personal.
create table if not exists account_candidates (
  subject text not null references people (subject) on delete cascade,
  connection_id integer not null references connections (id) on delete cascade,
  account_id text not null,
  name text not null,
  primary key (subject, connection_id, account_id)
) without rowid;

-- The restricted nodes between a person and a page, as JSON: the connection's id, then the nodes' ids.
create table if not exists audiences (
  audience text primary key,
  connection_id integer not null references connections (id) on delete cascade
) without rowid;

-- Who passes every node of an audience: accounts of people who have signed in, and `*` where anybody does.
create table if not exists audience_readers (
  audience text not null references audiences (audience) on delete cascade,
  connection_id integer not null,
  account_id text not null,
  primary key (audience, account_id)
) without rowid;
create index if not exists audience_readers_by_account on audience_readers (account_id, connection_id);
