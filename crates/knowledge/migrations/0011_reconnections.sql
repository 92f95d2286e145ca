-- Another account than the one whose eyes the mirror sees through: what it would change is compared, page by page,
-- before anything of it is applied. What it reaches the site with is kept aside, sealed.

create table if not exists reconnections (
  id integer primary key autoincrement,
  connection_id integer not null references connections (id) on delete cascade,
  site_url text not null,
  site_name text not null,
  account_id text not null,
  account_name text not null,
  access text not null constraint reconnection_access check (access in ('consent', 'api_token')),
  -- JSON: the spaces that the account sees.
  spaces text not null,
  state text not null default 'comparing'
    constraint reconnection_state check (state in ('comparing', 'compared', 'applied', 'kept', 'replaced')),
  -- Why the comparison stopped, in words for the admin.
  failure text,
  asked_by text not null,
  asked_at integer not null,
  decided_by text,
  decided_at integer
);
create unique index if not exists reconnections_open on reconnections (connection_id)
  where state in ('comparing', 'compared');

-- The chosen spaces that the account sees too, and how far their pages were listed as that account.
create table if not exists reconnection_spaces (
  reconnection_id integer not null references reconnections (id) on delete cascade,
  space_id text not null,
  -- The path of the next part of the list; null before the first.
  next text,
  is_listed integer not null default 0,
  primary key (reconnection_id, space_id)
) without rowid;

create table if not exists reconnection_pages (
  reconnection_id integer not null references reconnections (id) on delete cascade,
  page_id text not null,
  space_id text not null,
  title text not null,
  primary key (reconnection_id, page_id)
) without rowid;

-- What there is to compare is settled with the row itself, so that none is ever without it.
create trigger if not exists reconnection_begun after insert on reconnections begin
  insert into reconnection_spaces (reconnection_id, space_id)
    select new.id, space_id from spaces where connection_id = new.connection_id and chosen = 1
      and space_id in (select value ->> 'space_id' from json_each(new.spaces));
end;
