-- One row for each term and passage: bm25 of several terms is the sum of bm25 of each. All passages of
-- an article have its title, so `own`, which leaves the title out, decides between them.
with
  found as materialized (
    select term.key as term, p.id, p.article_id,
      -bm25(passages_fts, 4.0, 2.0, 1.0) as score, -bm25(passages_fts, 0.0, 2.0, 1.0) as own
    from json_each(?1) as term
    cross join passages_fts
    cross join readable_passages as p on p.id = passages_fts.rowid
    where passages_fts match term.value and (?3 is null or p.article_id = ?3)),
  stretches as materialized (
    select id, article_id, sum(score) as score, sum(own) as own,
      json_group_array(json_array(term, score)) as terms
    from found group by id),
  matching as materialized (
    select a.id, -bm25(articles_fts, 4.0, 2.0, 1.0, 1.0) as score
    from articles_fts join readable_articles as a on a.id = articles_fts.rowid
    where articles_fts match ?2 and (?3 is null or a.id = ?3)),
  ordered as materialized (
    select stretches.id, stretches.article_id, stretches.terms,
      row_number() over (partition by stretches.article_id order by stretches.own desc, stretches.id) as place,
      max(stretches.score) over (partition by stretches.article_id) / (select max(score) from stretches)
        + coalesce(matching.score / (select max(score) from matching), 0.0) as score
    from stretches left join matching on matching.id = stretches.article_id),
  chosen as materialized (
    select * from ordered where place <= ?5 order by score desc, article_id, place limit ?4)
select chosen.article_id, chosen.terms,
  a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_url, a.source_updated_at,
  p.heading, p.anchor,
  coalesce((select highlight(passages_fts, 0, char(2), char(3))
    from passages_fts where passages_fts match ?2 and rowid = chosen.id), p.title) as marked_title,
  coalesce((select highlight(passages_fts, 1, char(2), char(3))
    from passages_fts where passages_fts match ?2 and rowid = chosen.id), p.heading) as marked_heading,
  coalesce((select highlight(passages_fts, 2, char(2), char(3))
    from passages_fts where passages_fts match ?2 and rowid = chosen.id), p.text) as marked_text
from chosen
join passages as p on p.id = chosen.id
join readable_articles as a on a.id = chosen.article_id
order by chosen.score desc, chosen.article_id, chosen.place
