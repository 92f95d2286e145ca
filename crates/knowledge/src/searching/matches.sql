-- Articles are scored first, and passages only for the best of them: of all (`leading`), which set the
-- measure, and of the category that is asked for (`wanted`). The unary plus keeps FTS5 to one pass over
-- what matches; as a constraint, each rowid would be a pass of its own.
with
  scored as materialized (
    select rowid as id, -bm25(articles_fts, 4.0, 2.0, 1.0, 1.0) as score
    from articles_fts
    where articles_fts match ?1 and +rowid in (select id from readable_articles)),
  leading as materialized (select id, score from scored order by score desc, id limit ?3),
  wanted as materialized (
    select id, score from scored
    where ?2 is null
      or id in (select id from readable_articles where coalesce(category, 'Other') = ?2)
    order by score desc, id limit ?3),
  stretches as materialized (
    -- All passages of an article have its title, so `own`, which leaves it out, decides between them.
    select rowid / 1000000 as article_id, rowid as id,
      -bm25(passages_fts, 4.0, 2.0, 1.0) as score, -bm25(passages_fts, 0.0, 2.0, 1.0) as own
    from passages_fts
    where passages_fts match ?1
      and rowid / 1000000 in (select id from leading union all select id from wanted where ?2 is not null)),
  strongest as materialized (select article_id, max(score) as score from stretches group by article_id),
  -- With max() the other columns are those of the row that has the maximum.
  best as materialized (select article_id, id, max(own) from stretches where own > 0 group by article_id),
  candidates as materialized (
    select wanted.id as article_id, best.id as passage_id,
      wanted.score / (select max(score) from leading) as article_score,
      coalesce(strongest.score / (
        select max(score) from strongest where article_id in (select id from leading)), 0.0) as passage_score
    from wanted
    left join strongest on strongest.article_id = wanted.id
    left join best on best.article_id = wanted.id),
  facets as materialized (
    select coalesce(category, 'Other') as category, count(*) as articles
    from readable_articles where id in (select id from scored)
    group by 1 order by articles desc, 1)
select
  (select json_group_array(json_object('category', category, 'articles', articles)) from facets) as facets,
  (select json_group_array(json_object('article_id', article_id, 'passage_id', passage_id,
    'article_score', article_score, 'passage_score', passage_score)) from candidates) as candidates
