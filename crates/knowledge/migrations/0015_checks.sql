-- It only says what was asked a few minutes ago; an earlier shape of it may go.
drop table if exists checks;
-- When a page, or a folder above one, was last looked at because somebody was about to see it.
create table if not exists checks (
  connection_id integer not null references connections (id) on delete cascade,
  content_id text not null,
  checked_at integer not null,
  -- Until when a caller is at it, or nobody tries again after one who failed.
  taken_until integer not null,
  primary key (connection_id, content_id)
) without rowid;
