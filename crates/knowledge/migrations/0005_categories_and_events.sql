create table if not exists categories (
  name text primary key,
  description text not null default '',
  -- The name of a symbol in the icon sprite.
  icon text not null default 'book-open',
  position integer not null default 0
);

-- What people and surfaces did with articles, for undo and for analytics. Append-only.
create table if not exists events (
  id integer primary key autoincrement,
  at integer not null,
  kind text not null
    constraint event_kind check (kind in ('published', 'unpublished', 'retired', 'restored', 'categorised',
      'opened', 'searched', 'asked', 'answered', 'refused', 'helped', 'failed')),
  article_id integer references articles (id) on delete set null,
  actor text,
  -- `portal`, `console`, `api`, …
  surface text not null,
  -- JSON, shape by kind.
  detail text not null default '{}'
);
create index if not exists events_by_article on events (article_id, kind, at);
create index if not exists events_by_kind on events (kind, at);
