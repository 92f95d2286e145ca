-- Blog posts are mirrored as pages are, where a space is set to include them. Confluence numbers both in one
-- sequence, so they stand in the same tables; only what tells them apart is here.

-- A chosen space with a row here includes its blog posts.
create table if not exists blog_spaces (
  connection_id integer not null references connections (id) on delete cascade,
  space_id text not null,
  changed_at integer not null,
  changed_by text not null,
  primary key (connection_id, space_id)
) without rowid;

create table if not exists blog_posts (
  connection_id integer not null references connections (id) on delete cascade,
  page_id text not null,
  -- When it was posted, by Confluence's clock.
  posted_at integer,
  primary key (connection_id, page_id)
) without rowid;

-- Leaving them out hides their articles in the same breath; their status and category are kept. A page's row says to
-- which space it belongs: its article may still name the one that it moved from.
create trigger if not exists blog_posts_left_out after delete on blog_spaces begin
  update articles set source_state = 'not_chosen'
    where connection_id = old.connection_id and source_state = 'current' and page_id in (
      select post.page_id from blog_posts post
        cross join pages on pages.connection_id = post.connection_id and pages.page_id = post.page_id
        where post.connection_id = old.connection_id and pages.space_id = old.space_id);
  update pages set source_state = 'not_chosen'
    where connection_id = old.connection_id and space_id = old.space_id and source_state = 'current'
      and page_id in (select page_id from blog_posts where connection_id = old.connection_id);
end;
