with
  matching as materialized (
    select a.id, coalesce(a.category, 'Other') as category,
      -bm25(articles_fts, 4.0, 2.0, 1.0, 1.0) as score
    from articles_fts join readable_articles as a on a.id = articles_fts.rowid
    where articles_fts match ?1),
  stretches as materialized (
    select p.article_id, -bm25(passages_fts, 4.0, 2.0, 1.0) as score
    from passages_fts join passages as p on p.id = passages_fts.rowid
    where passages_fts match ?1),
  best as materialized (
    select article_id, max(score) as score
    from stretches where article_id in (select id from matching) group by article_id)
select matching.id as article_id,
  matching.score / (select max(score) from matching) as article_score,
  coalesce(best.score / (select max(score) from best), 0.0) as passage_score
from matching left join best on best.article_id = matching.id
where ?2 is null or matching.category = ?2
order by article_score + passage_score desc, matching.id
limit ?3
