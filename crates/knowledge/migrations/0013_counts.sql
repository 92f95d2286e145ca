-- How many pages Confluence's search counts in a space beside those that we hold: a change of it says that something
-- came or went which no feed of edits tells.
create table if not exists page_counts (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  -- What the search counted more than we held when the space was last listed whole; it may be less than nothing.
  surplus integer not null,
  -- Looks in a row at which it was another number.
  looks integer not null default 0,
  -- What we held when the space was listed for it; null while nothing is suspected.
  suspected_at integer,
  -- Listings in a row that found nothing.
  false_alarms integer not null default 0,
  primary key (connection_id, space_id)
) without rowid;
