-- Who may read what: whom each node of Confluence lets through, who people here are there, and what follows.
-- A node is a page or folder by its id, or a space by `space:` and its id. Of people only account ids are kept.

-- A space's view permission; without a row it is unknown, which hides.
create table if not exists space_permissions (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  state text not null constraint space_permission_state check (state in ('open', 'restricted', 'unknown')),
  -- Why it is unknown, in words for the admin.
  reason text,
  -- How many permissions the space has, for each costs points to read.
  permissions integer not null,
  checked_at integer not null,
  primary key (connection_id, space_id)
) without rowid;

-- What was known of a space that is no longer chosen is too old when it is chosen again.
create trigger if not exists space_permission_unchosen after update of chosen on spaces when old.chosen = 1 and new.chosen = 0 begin
  delete from space_permissions where connection_id = new.connection_id and space_id = new.space_id;
end;

-- Whom a run found a restricted node to name, until it is reckoned who may read what.
create table if not exists run_readers (
  run_id integer not null references runs (id) on delete cascade,
  node_id text not null,
  kind text not null,
  -- An account id or a group id.
  subject_id text not null,
  primary key (run_id, node_id, kind, subject_id)
) without rowid;

-- The gate of each restricted node. Whom a gate lets through only ever becomes fewer, for an article must not be
-- shown to more people in the version that it had before. Where a node lets through more, it gets a new gate, and
-- what is below it is written again.
create table if not exists gates (
  connection_id integer not null references connections (id) on delete cascade,
  node_id text not null,
  gate text not null,
  made_at integer not null,
  primary key (connection_id, node_id)
) without rowid;

-- Whom a gate lets through. A gate without a row here lets nobody through.
create table if not exists node_readers (
  connection_id integer not null references connections (id) on delete cascade,
  gate text not null,
  node_id text not null,
  kind text not null constraint node_reader_kind check (kind in ('user', 'group')),
  -- An account id or a group id.
  subject_id text not null,
  -- Of a group: those who were in it when the gate was made, as far as they still are.
  edition text not null default '',
  primary key (connection_id, gate, kind, subject_id)
) without rowid;
create index if not exists node_readers_by_node on node_readers (connection_id, node_id);
create index if not exists node_readers_by_group on node_readers (connection_id, kind, subject_id);

create table if not exists groups (
  connection_id integer not null references connections (id) on delete cascade,
  group_id text not null,
  name text not null default '',
  -- The group that Confluence gives to everybody stands for everyone; see `audience::is_default_group`.
  everyone integer generated always as (name = 'confluence-users' or name glob 'confluence-users-*') virtual,
  state text not null default 'unread' constraint group_state check (state in ('unread', 'read', 'unreadable')),
  -- Under which its members are listed; null while they are not known. Like a gate, an edition only shrinks.
  edition text,
  edition_at integer not null default 0,
  members integer not null default 0,
  checked_at integer not null default 0,
  -- The run that asked for it last.
  checked_in integer,
  primary key (connection_id, group_id)
);

create table if not exists group_members (
  connection_id integer not null references connections (id) on delete cascade,
  group_id text not null,
  edition text not null,
  account_id text not null,
  primary key (connection_id, edition, account_id)
) without rowid;
create index if not exists group_members_by_group on group_members (connection_id, group_id);

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

-- When it was last looked for somebody's account.
create table if not exists account_searches (
  subject text not null references people (subject) on delete cascade,
  connection_id integer not null references connections (id) on delete cascade,
  searched_at integer not null,
  primary key (subject, connection_id)
) without rowid;

-- The gates between a person and a page, as JSON: the connection's id, then the gates.
create table if not exists audiences (
  audience text primary key,
  connection_id integer not null references connections (id) on delete cascade
) without rowid;

-- Who passes every gate of an audience: accounts of people who have signed in.
create table if not exists audience_readers (
  audience text not null references audiences (audience) on delete cascade,
  connection_id integer not null,
  account_id text not null,
  primary key (audience, account_id)
) without rowid;
create index if not exists audience_readers_by_account on audience_readers (account_id, connection_id);
