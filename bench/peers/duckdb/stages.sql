-- Forward only and nobody lost: a stage is entered exactly when its first event comes before the first event of every
-- later stage. So one aggregation without any order.
WITH firsts AS (
  SELECT min(CASE WHEN name IN ({stage1}) THEN t END) AS a, min(CASE WHEN name IN ({stage2}) THEN t END) AS b,
         min(CASE WHEN name IN ({stage3}) THEN t END) AS c, min(CASE WHEN name IN ({stage4}) THEN t END) AS d,
         min(CASE WHEN name IN ({stage5}) THEN t END) AS e
  FROM events WHERE name IN ({names}) AND t < {to} GROUP BY customer),
counted AS (SELECT
  count(*) FILTER (WHERE a >= {from} AND (a < least(b, c, d, e)) IS NOT FALSE) AS e1,
  count(*) FILTER (WHERE b >= {from} AND (b < least(c, d, e)) IS NOT FALSE) AS e2,
  count(*) FILTER (WHERE c >= {from} AND (c < least(d, e)) IS NOT FALSE) AS e3,
  count(*) FILTER (WHERE d >= {from} AND (d < e) IS NOT FALSE) AS e4,
  count(*) FILTER (WHERE e >= {from}) AS e5,
  count(e) AS c5, count(d) FILTER (WHERE e IS NULL) AS c4, count(c) FILTER (WHERE d IS NULL AND e IS NULL) AS c3,
  count(b) FILTER (WHERE c IS NULL AND d IS NULL AND e IS NULL) AS c2,
  count(a) FILTER (WHERE b IS NULL AND c IS NULL AND d IS NULL AND e IS NULL) AS c1 FROM firsts)
SELECT unnest(['entered', 'entered', 'entered', 'entered', 'entered', 'current', 'current', 'current', 'current', 'current']),
  unnest(['s1', 's2', 's3', 's4', 's5', 's1', 's2', 's3', 's4', 's5']), unnest([e1, e2, e3, e4, e5, c1, c2, c3, c4, c5]) FROM counted
