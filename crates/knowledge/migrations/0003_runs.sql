-- A run is recorded before it starts, so that one that dies can be seen and resumed.

create table if not exists runs (
  id integer primary key autoincrement,
  connection_id integer not null references connections (id) on delete cascade,
  cause text not null constraint run_cause check (cause in ('first_import', 'schedule', 'sync_now', 'webhook')),
  state text not null default 'queued'
    constraint run_state check (state in ('queued', 'running', 'waiting', 'finished', 'failed')),
  -- `changes` follows the edits alone; `whole` goes on to list spaces and to read who may see what.
  kind text not null default 'changes' constraint run_kind check (kind in ('changes', 'whole')),
  -- Every run begins with the changes, whatever its kind.
  phase text not null default 'changes' constraint run_phase check (phase in ('changes', 'whole')),
  -- The step that comes next, and where it stands: JSON of the mirror's.
  step text not null,
  -- A line for people: what the run is doing.
  doing text not null default '',
  asked_by text,
  created_at integer not null,
  started_at integer,
  ended_at integer,
  -- A worker holds the run until then; a dead worker's lease simply runs out.
  lease_until integer not null default 0,
  lease_holder text,
  -- Not to be worked on before then (a rate limit, a fault that is being waited out).
  not_before integer not null default 0,
  -- Whether it waits for our own share of the quota alone, so that Sync now may go on at once.
  yields integer not null default 0,
  -- When a worker last had it: whoever waited longest comes next.
  worked_at integer not null default 0,
  attempts integer not null default 0,
  -- How often a worker was gone before it had said so.
  deaths integer not null default 0,
  pages_seen integer not null default 0,
  pages_to_do integer not null default 0,
  pages_done integer not null default 0,
  pages_with_losses integer not null default 0,
  pages_failed integer not null default 0,
  pages_removed integer not null default 0,
  requests integer not null default 0,
  -- What went wrong and the cure, in words for the admin.
  failure text,
  -- What an admin should know of a run that finished.
  remarks text not null default ''
);
-- What each connection spent of Confluence's hourly quota; hours are counted from 1970, UTC.
create table if not exists budgets (
  connection_id integer not null references connections (id) on delete cascade,
  hour integer not null,
  points integer not null,
  requests integer not null,
  -- What Confluence said is left for everybody who uses the same app, of how much, and until when.
  remaining integer,
  quota integer,
  resets_at integer,
  primary key (connection_id, hour)
) without rowid;

create index if not exists runs_by_connection on runs (connection_id, id);
-- One run at a time for each connection: a second press joins the first.
create unique index if not exists runs_open on runs (connection_id) where state in ('queued', 'running', 'waiting');

-- The chosen spaces as a run found them; only one that was listed whole may lose pages.
create table if not exists run_spaces (
  run_id integer not null references runs (id) on delete cascade,
  space_id text not null,
  key text not null,
  name text not null,
  state text not null default 'to_list'
    constraint run_space_state
      check (state in ('to_follow', 'followed', 'to_list', 'listed', 'empty', 'not_visible')),
  -- Confluence's own time when this run began to read of its changes: the next run goes on from there.
  feed_head integer,
  -- Whether this run found something in it that only a whole listing can settle.
  unsettled integer not null default 0,
  -- When this run began to list it, by our clock.
  begun_at integer,
  -- Whether the restrictions of its pages were swept.
  swept integer not null default 0,
  primary key (run_id, space_id)
) without rowid;

-- What a run's listing saw, so that a listing may be cut short and gone on with.
create table if not exists run_pages (
  run_id integer not null references runs (id) on delete cascade,
  page_id text not null,
  space_id text not null,
  parent_id text,
  parent_type text,
  title text not null,
  web_path text not null,
  position integer,
  version_number integer not null,
  version_created_at text not null,
  live_step text,
  -- What an article of this version is marked with; see `pages.converted_version`.
  version_key text not null,
  -- Null where the sweep did not say.
  labels text,
  -- Whether the rules of its space take it in.
  in_scope integer not null default 1,
  own_restriction text not null default 'unknown',
  -- After ancestors are taken into account: `everyone`, or `restricted`.
  audience text not null default 'restricted',
  audience_reason text,
  primary key (run_id, page_id)
) without rowid;
create index if not exists run_pages_by_parent on run_pages (run_id, parent_id);

-- What stands above the listed pages without being listed: folders, and pages that are not current.
create table if not exists run_parents (
  run_id integer not null references runs (id) on delete cascade,
  content_id text not null,
  -- Itself where it could not be read, so that it leads to no root and everything below stays hidden.
  parent_id text,
  parent_type text,
  own_restriction text not null default 'unknown',
  primary key (run_id, content_id)
) without rowid;
create index if not exists run_parents_by_parent on run_parents (run_id, parent_id);

-- What Confluence confirmed to be gone, until the whole run is known and it can be told whether that is usual.
create table if not exists run_removals (
  run_id integer not null references runs (id) on delete cascade,
  page_id text not null,
  source_state text not null,
  space_id text not null,
  primary key (run_id, page_id)
) without rowid;

-- Pages that are gone in unusual numbers: their articles stay as they are until an admin has decided.
create table if not exists held_removals (
  connection_id integer not null references connections (id) on delete cascade,
  page_id text not null,
  -- Where it was.
  space_id text not null,
  title text not null,
  source_state text not null
    constraint held_source_state check (source_state in ('archived', 'trashed', 'not_chosen')),
  held_at integer not null,
  decision text constraint held_decision check (decision in ('remove', 'keep')),
  decided_at integer,
  decided_by text,
  primary key (connection_id, page_id)
) without rowid;
