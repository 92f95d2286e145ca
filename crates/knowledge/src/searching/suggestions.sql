-- Only what is shown is highlighted, in a second pass; about the unary plus see `matches.sql`.
with
  best as materialized (
    select rowid as id, bm25(articles_fts, 10.0, 2.0, 2.0, 1.0) as score
    from articles_fts
    where articles_fts match ?1 and +rowid in (select id from readable_articles)
    order by score, id limit ?2),
  marked as materialized (
    select rowid as id, highlight(articles_fts, 0, char(2), char(3)) as title
    from articles_fts where articles_fts match ?1 and +rowid in (select id from best))
select a.id, a.slug, coalesce(a.category, 'Other') as category,
  (select title from marked where marked.id = a.id) as title
from best cross join readable_articles as a on a.id = best.id
order by best.score, best.id
