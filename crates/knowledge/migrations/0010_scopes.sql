-- What of a chosen space comes in, where an admin narrowed it. One row holds all rules of a space, so that they
-- are applied, and taken back, in one write.
create table if not exists scopes (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  -- JSON: [{kind: tree | label, effect: only | never, subject, title}]
  rules text not null,
  -- What it was before the last change, for undo.
  rules_before text not null default '[]',
  changed_at integer not null,
  changed_by text not null,
  primary key (connection_id, space_id)
) without rowid;

-- What stands between pages without being one: folders, and pages that are not current.
create table if not exists parents (
  connection_id integer not null references connections (id) on delete cascade,
  content_id text not null,
  parent_id text,
  seen_at integer not null,
  primary key (connection_id, content_id)
) without rowid;
