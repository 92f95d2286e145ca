create table if not exists categories (
  name text primary key,
  description text not null default '',
  -- The name of a symbol in the icon sprite.
  icon text not null default 'book-open',
  position integer not null default 0,
  -- Whether edits of its published articles wait for approval, where the article itself says nothing else.
  review_edits integer not null default 0
);

-- What people and surfaces did with articles, for undo and for analytics. Append-only.
create table if not exists events (
  id integer primary key autoincrement,
  at integer not null,
  kind text not null
    constraint event_kind check (kind in ('published', 'unpublished', 'retired', 'restored', 'categorised',
      'review_changed', 'edit_approved', 'edit_kept', 'edit_reopened', 'opened', 'searched', 'asked', 'answered', 'refused', 'helped', 'failed')),
  article_id integer references articles (id) on delete set null,
  actor text,
  -- `portal`, `console`, `api`, …
  surface text not null,
  -- JSON, shape by kind.
  detail text not null default '{}'
);
create index if not exists events_by_article on events (article_id, kind, at);
create index if not exists events_by_kind on events (kind, at);

-- A decision about an article and its event are one write. `from` is what undo restores.
create trigger if not exists article_status_changed after update of status on articles when old.status <> new.status begin
  insert into events (at, kind, article_id, actor, surface, detail) values (
    new.status_changed_at,
    case when new.status = 'published' then 'published' when new.status = 'retired' then 'retired'
      when old.status = 'published' then 'unpublished' else 'restored' end,
    new.id, new.status_changed_by, 'console', json_object('from', old.status, 'to', new.status));
end;

-- Renaming a category moves no article, so only a new time of change makes an event.
create trigger if not exists article_category_changed after update of category on articles
when old.category is not new.category and old.category_changed_at is not new.category_changed_at begin
  insert into events (at, kind, article_id, actor, surface, detail) values (
    new.category_changed_at, 'categorised', new.id, new.category_changed_by, 'console',
    json_object('from', old.category, 'to', new.category));
end;

create trigger if not exists article_review_changed after update of review_edits on articles
when old.review_edits is not new.review_edits and new.review_changed_at is not null begin
  insert into events (at, kind, article_id, actor, surface, detail) values (
    new.review_changed_at, 'review_changed', new.id, new.review_changed_by, 'console',
    json_object('from', old.review_edits, 'to', new.review_edits));
end;

create trigger if not exists article_edit_decided after update of edit_decided_at on articles
when new.edit_decided_at is not null and old.edit_decided_at is not new.edit_decided_at begin
  insert into events (at, kind, article_id, actor, surface, detail) values (
    new.edit_decided_at,
    case new.edit_state when 'replaced' then 'edit_approved' when 'kept' then 'edit_kept' else 'edit_reopened' end,
    new.id, new.edit_decided_by, 'console',
    json_object('version', iif(new.edit_state = 'replaced', new.source_version, new.edit ->> 'source_version')));
end;

create trigger if not exists category_renamed after update of name on categories begin
  update articles set category = new.name where category = old.name;
end;

create trigger if not exists category_removed after delete on categories begin
  update articles set category = null where category = old.name;
end;
