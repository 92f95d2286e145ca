-- What people read. One statement writes an article whole: the triggers below keep its passages and
-- both search indexes in step inside the same transaction.

create table if not exists articles (
  id integer primary key autoincrement,
  connection_id integer not null references connections (id) on delete cascade,
  page_id text not null,
  space_id text not null,
  source_url text not null,
  source_version integer not null,
  source_updated_at integer not null,
  source_state text not null default 'current'
    constraint article_source_state check (source_state in ('current', 'archived', 'trashed', 'not_visible', 'not_chosen')),
  -- Who may read it in Confluence: `everyone`, `restricted` for nobody, which is what unknown means too, or a
  -- key of `audiences`.
  audience text not null default 'restricted',
  audience_reason text,
  -- Status and category are ours, and survive whatever the source does.
  status text not null default 'draft'
    constraint article_status check (status in ('draft', 'published', 'retired')),
  status_changed_at integer not null,
  status_changed_by text,
  category text,
  category_changed_at integer,
  category_changed_by text,
  -- Whether an edit waits for somebody's approval before employees see it; null: as its category says.
  review_edits integer,
  review_changed_at integer,
  review_changed_by text,
  -- What `edit` holds: the version that waits for approval, the one that was turned down, or what an approval replaced.
  edit_state text constraint article_edit_state check (edit_state in ('waiting', 'kept', 'replaced')),
  -- When it came in; an approval names it, so that nobody approves what they did not see.
  edit_at integer,
  -- While an edit is held back, whom the article may be shown to at most: an edit that was made under a restriction
  -- may have taken out what the restriction was for. Nobody, where it shows another page that is out of sight now.
  edit_audience text,
  edit_decided_at integer,
  edit_decided_by text,
  created_at integer not null,
  updated_at integer not null,
  losses integer not null default 0,
  slug text not null,
  -- Title and body are Confluence's. The long columns stand last, for SQLite reads a row from its
  -- beginning: who sees an article is decided without touching its body.
  title text not null,
  headings text not null default '',
  labels text not null default '',
  summary text not null,
  -- The plain words, for search and snippets.
  text text not null,
  html text not null,
  markdown text not null,
  -- JSON: [{level, text, anchor}]
  outline text not null,
  -- JSON: [{title, heading, anchor, text, offset, words}]
  passages text not null,
  -- JSON: the conversion's report of losses.
  report text not null,
  -- JSON: [{kind, found_id, state}], what it shows of other pages; written with the body, as it must be hidden with them.
  shows text not null default '[]',
  -- JSON: another version of title and body with all that belongs to it; see `edit_state`.
  edit text,
  constraint article_page unique (connection_id, page_id)
);
create index if not exists articles_by_updated on articles (source_updated_at);
-- The condition of `readable_articles`, so that who sees what is decided without touching a row.
create index if not exists articles_readable on articles (status, source_state, audience, category, source_updated_at, edit_audience);
create index if not exists articles_edited on articles (edit_state) where edit_state is not null;

create table if not exists passages (
  -- The article's id times 1,000,000 plus the ordinal: search knows a passage's article without its row.
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  ordinal integer not null,
  title text not null,
  heading text not null,
  anchor text not null,
  text text not null,
  start integer not null,
  words integer not null
);
create index if not exists passages_by_article on passages (article_id, ordinal);

create virtual table if not exists articles_fts using fts5 (
  title, headings, labels, text,
  content = 'articles', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2',
  -- Suggestions ask for the first letters of a word.
  prefix = '2 3'
);
create virtual table if not exists passages_fts using fts5 (
  title, heading, text,
  content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);

create trigger if not exists article_inserted after insert on articles begin
  insert into articles_fts (rowid, title, headings, labels, text)
    values (new.id, new.title, new.headings, new.labels, new.text);
  insert into passages (id, article_id, ordinal, title, heading, anchor, text, start, words)
    select new.id * 1000000 + key, new.id, key, value ->> 'title', value ->> 'heading', value ->> 'anchor', value ->> 'text',
      value ->> 'offset', value ->> 'words'
    from json_each(new.passages);
end;

create trigger if not exists article_changed after update of title, headings, labels, text, passages on articles begin
  insert into articles_fts (articles_fts, rowid, title, headings, labels, text)
    values ('delete', old.id, old.title, old.headings, old.labels, old.text);
  insert into articles_fts (rowid, title, headings, labels, text)
    values (new.id, new.title, new.headings, new.labels, new.text);
  delete from passages where article_id = old.id;
  insert into passages (id, article_id, ordinal, title, heading, anchor, text, start, words)
    select new.id * 1000000 + key, new.id, key, value ->> 'title', value ->> 'heading', value ->> 'anchor', value ->> 'text',
      value ->> 'offset', value ->> 'words'
    from json_each(new.passages);
end;

create trigger if not exists article_deleted after delete on articles begin
  insert into articles_fts (articles_fts, rowid, title, headings, labels, text)
    values ('delete', old.id, old.title, old.headings, old.labels, old.text);
end;

create trigger if not exists passage_inserted after insert on passages begin
  insert into passages_fts (rowid, title, heading, text) values (new.id, new.title, new.heading, new.text);
end;

create trigger if not exists passage_deleted after delete on passages begin
  insert into passages_fts (passages_fts, rowid, title, heading, text)
    values ('delete', old.id, old.title, old.heading, old.text);
end;

-- Unchoosing a space hides its articles in the same breath; their status and category are kept.
create trigger if not exists space_unchosen after update of chosen on spaces when old.chosen = 1 and new.chosen = 0 begin
  update pages set source_state = 'not_chosen'
    where connection_id = new.connection_id and space_id = new.space_id and source_state = 'current';
  update articles set source_state = 'not_chosen'
    where connection_id = new.connection_id and space_id = new.space_id and source_state = 'current';
end;
