-- One row for each term and passage: bm25 of several terms is the sum of bm25 of each.
with
  found as materialized (
    select term.key as term, p.id, p.article_id, -bm25(passages_fts, 4.0, 2.0, 1.0) as score
    from json_each(?1) as term
    cross join passages_fts
    cross join readable_passages as p on p.id = passages_fts.rowid
    where passages_fts match term.value and (?3 is null or p.article_id = ?3)),
  matching as materialized (
    select a.id, -bm25(articles_fts, 4.0, 2.0, 1.0, 1.0) as score
    from articles_fts join readable_articles as a on a.id = articles_fts.rowid
    where articles_fts match ?2 and (?3 is null or a.id = ?3)),
  stretches as materialized (
    select id, article_id, sum(score) as score, group_concat(term) as terms from found group by id),
  best as materialized (
    select stretches.id, stretches.article_id, stretches.score, stretches.terms,
      coalesce(matching.score / (select max(score) from matching), 0.0) as article_score
    from stretches left join matching on matching.id = stretches.article_id
    order by stretches.score / (select max(score) from stretches) + article_score desc, stretches.id
    limit ?4)
select best.id as passage_id, best.article_id, best.score, best.article_score, best.terms,
  a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_url, a.source_updated_at,
  p.heading, p.anchor,
  coalesce((select highlight(passages_fts, 2, char(2), char(3))
    from passages_fts where passages_fts match ?2 and rowid = best.id), p.text) as text
from best
join passages as p on p.id = best.id
join readable_articles as a on a.id = best.article_id
order by best.score / (select max(score) from best) + best.article_score desc, best.id
