-- Sites that are connected, the authorisations under way, and the spaces to choose from.
-- All times are milliseconds since 1970, UTC.

create table if not exists connections (
  id integer primary key autoincrement,
  cloud_id text not null,
  site_url text not null,
  site_name text not null,
  -- The Atlassian account whose eyes the mirror sees through.
  account_id text not null,
  account_name text not null,
  -- What the site is reached with: the consent of an account, or an API token of it.
  access text not null default 'consent' constraint connection_access check (access in ('consent', 'api_token')),
  state text not null default 'connected'
    constraint connection_state check (state in ('connected', 'connection_lost', 'misconfigured', 'disconnected')),
  -- Why the state is not `connected`, in words for the admin.
  state_reason text,
  created_at integer not null,
  created_by text not null,
  state_changed_at integer not null,
  last_synced_at integer,
  -- One worker at a time spends the rotating refresh token; a dead one's lease runs out.
  refresh_lease_until integer not null default 0,
  constraint connection_site unique (cloud_id)
);

-- A consent that an admin has begun. The state parameter itself is never stored, only its hash.
create table if not exists authorisations (
  state_hash text primary key,
  site_url text not null,
  session_id text not null,
  started_by text not null,
  started_at integer not null,
  expires_at integer not null,
  used_at integer
);

create table if not exists spaces (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  key text not null,
  name text not null,
  kind text not null,
  status text not null,
  homepage_id text,
  chosen integer not null default 0,
  chosen_at integer,
  chosen_by text,
  seen_at integer not null,
  -- Confluence's own time up to which the edits of its pages are known; null until it was listed whole.
  followed_to integer,
  -- When it was last listed whole; null until then.
  reconciled_at integer,
  -- Since when a healthy look at the site no longer showed it, or showed it empty; null while it is seen.
  lost_since integer,
  primary key (connection_id, space_id)
);
