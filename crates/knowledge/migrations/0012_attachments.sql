-- Files of pages: what there is, never the bytes, which stay in Confluence.

create table if not exists attachments (
  connection_id integer not null references connections (id) on delete cascade,
  -- As Confluence writes it, with its prefix: `att123`.
  attachment_id text not null,
  page_id text not null,
  name text not null,
  media_type text not null,
  -- In bytes; null where Confluence did not say.
  size integer,
  version integer not null,
  -- The last run that a list showed it to.
  listed_in integer not null,
  primary key (connection_id, attachment_id)
) without rowid;
create index if not exists attachments_by_page on attachments (connection_id, page_id, name);

create table if not exists attachment_feeds (
  connection_id integer primary key references connections (id) on delete cascade,
  -- Confluence's own time up to which the changes of a site's files are known; null before the first answer.
  followed_to integer,
  -- When it was last looked at, and by which run.
  looked_at integer not null,
  looked_in integer not null
);

-- When the files of a space were last listed whole; null after a list that broke off.
create table if not exists attachment_lists (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  listed_at integer,
  tried_at integer not null,
  tried_in integer not null,
  -- Why the last list broke off, in words for the admin.
  failure text,
  primary key (connection_id, space_id)
) without rowid;

-- Pages whose files a run is to list by themselves.
create table if not exists run_attachments (
  run_id integer not null references runs (id) on delete cascade,
  page_id text not null,
  primary key (run_id, page_id)
) without rowid;
