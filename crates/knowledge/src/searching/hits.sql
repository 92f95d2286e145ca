-- What is chosen comes with the passage to show, which an article that matches by its labels alone lacks.
select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at,
  coalesce(p.heading, '') as heading, coalesce(p.anchor, '') as anchor,
  (select highlight(articles_fts, 0, char(2), char(3))
    from articles_fts where articles_fts match ?1 and rowid = a.id) as marked_title,
  (select snippet(passages_fts, 2, char(2), char(3), '…', 32)
    from passages_fts where passages_fts match ?1 and rowid = p.id) as snippet
from json_each(?2) as chosen
cross join readable_articles as a on a.id = chosen.value ->> 0
left join passages as p on p.id = chosen.value ->> 1 and p.article_id = a.id
order by chosen.key
