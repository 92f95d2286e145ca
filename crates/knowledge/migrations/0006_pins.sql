-- What admins put first on the Portal's home page and in its category. It is ours, so no sync touches it.
create table if not exists pins (
  article_id integer primary key references articles (id) on delete cascade,
  pinned_at integer not null,
  pinned_by text not null
);
