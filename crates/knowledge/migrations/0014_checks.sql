-- When a page, or a folder above one, was last looked at because somebody was about to read it.
create table if not exists checks (
  connection_id integer not null references connections (id) on delete cascade,
  content_id text not null,
  checked_at integer not null,
  primary key (connection_id, content_id)
) without rowid;
