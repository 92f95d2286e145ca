-- The files attached to mirrored pages: what they are, never their bytes.

create table if not exists attachments (
  connection_id integer not null references connections (id) on delete cascade,
  attachment_id text not null,
  page_id text not null,
  name text not null,
  media_type text not null,
  size integer not null,
  version integer not null,
  -- When this version was made, and when a listing last showed it.
  modified_at integer not null,
  seen_at integer not null,
  primary key (connection_id, attachment_id)
) without rowid;
create index if not exists attachments_by_page on attachments (connection_id, page_id, name);

-- How far each site's attachments are followed.
create table if not exists attachment_feeds (
  connection_id integer primary key references connections (id) on delete cascade,
  -- The time of the newest change that was seen.
  watermark integer not null default 0,
  -- When the list was last gone through whole; 0 while it never was.
  walked_at integer not null default 0,
  -- The site has more attachments than are gone through; pages are asked one by one then.
  too_many integer not null default 0
);
