-- Places in the session by row_number(), neighbours by lag(), repeats left out before: two windows over the same order.
WITH seen AS (
  SELECT session, t, seq, {node} AS n, lag({node}) OVER (PARTITION BY session ORDER BY t, seq) AS p
  FROM events WHERE t >= {from} AND t < {to}),
placed AS (
  SELECT n, p, row_number() OVER (PARTITION BY session ORDER BY t, seq) - 1 AS layer
  FROM seen WHERE p IS NULL OR {collapse} = 0 OR p <> n
  QUALIFY layer < 5)
SELECT layer, p::VARCHAR, n::VARCHAR, c FROM (SELECT layer, p, n, count(*) AS c FROM placed GROUP BY ALL)
