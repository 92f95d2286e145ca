-- Nudges: Confluence tells us that a page changed, so that it is looked at before the schedule would.

create table if not exists hooks (
  connection_id integer primary key references connections (id) on delete cascade,
  -- The secret itself is shown once and never stored.
  secret_hash text not null,
  made_at integer not null,
  made_by text not null,
  -- A bucket of tokens: one is spent by each nudge, and they come back with time.
  tokens real not null,
  filled_at integer not null,
  received integer not null default 0,
  turned_away integer not null default 0,
  last_received_at integer,
  -- When a look at a nudged page last found what only a run can follow.
  wanted_at integer
);

-- What is to be looked at. A nudge names a page and nothing else of it is believed.
create table if not exists nudges (
  connection_id integer not null references connections (id) on delete cascade,
  content_id text not null,
  at integer not null,
  -- A worker looks at it until then; a dead worker's lease simply runs out.
  taken_until integer not null default 0,
  attempts integer not null default 0,
  primary key (connection_id, content_id)
) without rowid;
