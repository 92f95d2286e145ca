-- Each article with the passage that matches best. All its passages have its title, so the title
-- does not count; with max() the other columns are those of the row that has the maximum.
with
  stretches as materialized (
    select p.article_id, p.id, -bm25(passages_fts, 0.0, 2.0, 1.0) as score
    from passages_fts join readable_passages as p on p.id = passages_fts.rowid
    where passages_fts match ?1 and p.article_id in (select value from json_each(?2))),
  best as materialized (
    select article_id, id, max(score) from stretches where score > 0 group by article_id)
select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at,
  coalesce(p.heading, '') as heading, coalesce(p.anchor, '') as anchor,
  (select highlight(articles_fts, 0, char(2), char(3))
    from articles_fts where articles_fts match ?1 and rowid = a.id) as marked_title,
  (select snippet(passages_fts, 2, char(2), char(3), '…', 32)
    from passages_fts where passages_fts match ?1 and rowid = p.id) as snippet
from json_each(?2) as chosen
join readable_articles as a on a.id = chosen.value
left join best on best.article_id = a.id
left join passages as p on p.id = best.id
order by chosen.key
