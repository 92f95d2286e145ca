-- Source identity: what Confluence says of each page of a chosen space, and how far we followed it.

create table if not exists pages (
  connection_id integer not null references connections (id) on delete cascade,
  page_id text not null,
  space_id text not null,
  parent_id text,
  -- `page`, `folder`, … : what the parent is; null at the root of a space.
  parent_type text,
  title text not null,
  web_path text not null,
  position integer,
  -- Separated by spaces; null until a sweep has told them.
  labels text,
  source_state text not null default 'current'
    constraint page_source_state check (source_state in ('current', 'archived', 'trashed', 'not_visible', 'not_chosen')),
  version_number integer not null,
  -- As Confluence writes it; compared for equality only.
  version_created_at text not null,
  -- Live documents move this and not the version (`version.ncsStepVersion`).
  live_step text,
  -- Of the page's own read restriction: `open`, `restricted`, or `unknown` (which hides).
  own_restriction text not null default 'unknown'
    constraint page_own_restriction check (own_restriction in ('open', 'restricted', 'unknown')),
  -- Who may read it, all that stands above it taken into account: `everyone`, or `restricted`.
  audience text not null default 'restricted',
  -- The version that the article was made from; null until there is one.
  converted_version text,
  -- The version that could not be converted; it is not tried again until it changes.
  failed_version text,
  -- Why there is no article or an old one, in words for the admin.
  failure text,
  -- The last run that did something with the page, and what: written with the data, so that a run's numbers are
  -- right whenever its worker died.
  touched_in integer,
  outcome text constraint page_outcome check (outcome in ('done', 'losses', 'failed', 'removed')),
  first_seen_at integer not null,
  synced_at integer not null,
  primary key (connection_id, page_id)
);
create index if not exists pages_by_space on pages (connection_id, space_id);
create index if not exists pages_by_run on pages (touched_in, outcome);
create index if not exists pages_by_parent on pages (connection_id, parent_id);
create index if not exists pages_by_title on pages (space_id, title);
