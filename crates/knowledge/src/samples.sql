insert into articles (connection_id, page_id, space_id, slug, title, headings, labels, text, summary, html, markdown,
  outline, passages, report, source_url, source_version, source_updated_at, source_state, audience, status,
  status_changed_at, category, created_at, updated_at)
select 1, value ->> 'page_id', '1', 'page-' || (value ->> 'page_id'), value ->> 'title',
  (select coalesce(group_concat(value ->> 0, ' '), '') from json_each(sample.value, '$.sections')),
  value ->> 'labels',
  (select coalesce(group_concat(value ->> 2, char(10)), '') from json_each(sample.value, '$.sections')),
  substr(value ->> '$.sections[0][2]', 1, 200),
  (select coalesce(group_concat('<p>' || (value ->> 2) || '</p>', ''), '') from json_each(sample.value, '$.sections')),
  (select coalesce(group_concat(value ->> 2, char(10)), '') from json_each(sample.value, '$.sections')),
  (select json_group_array(json_object('level', 2, 'text', value ->> 0, 'anchor', value ->> 1))
    from json_each(sample.value, '$.sections') where value ->> 0 <> ''),
  (select json_group_array(json_object('title', sample.value ->> 'title', 'heading', value ->> 0,
      'anchor', value ->> 1, 'text', value ->> 2, 'offset', 0, 'words', 0))
    from json_each(sample.value, '$.sections')),
  '{"losses": []}', 'https://sample.atlassian.net/wiki/spaces/IT/pages/' || (value ->> 'page_id'), 1,
  value ->> 'source_updated_at', value ->> 'source_state', value ->> 'audience', value ->> 'status',
  0, value ->> 'category', 0, 0
from json_each(?1) as sample
