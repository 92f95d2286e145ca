-- What of other pages an article shows: included pages and excerpts, lists of child pages, titles.
-- The other page may change while the version of the article's own page stays.

create table if not exists dependencies (
  connection_id integer not null references connections (id) on delete cascade,
  -- The page whose article shows it.
  page_id text not null,
  kind text not null
    constraint dependency_kind check (kind in ('included_page', 'excerpt', 'children', 'title')),
  -- The other page as the body names it; all empty means the page itself, and no space the page's own.
  name text not null,
  named_id text not null,
  space_key text not null,
  -- The page that was found, and what of it the article shows: a page's id and version, a title, or the
  -- children as JSON. Null while nothing of it is shown.
  found_id text,
  state text,
  primary key (connection_id, page_id, kind, name, named_id, space_key)
) without rowid;
create index if not exists dependencies_by_found on dependencies (connection_id, found_id);
