-- The latest anchor is carried from step to step: at an event of step k, the latest anchor among the events
-- of step k-1 before it that are still within the window. Anchors only grow, so the latest one is the best.
-- One sort: all windows have the same partition and order; only events of the four steps enter it.
WITH steps AS (
  SELECT customer, t, seq, CASE WHEN name = {step1} THEN 1 WHEN name = {step2} THEN 2 WHEN name = {step3} THEN 3 ELSE 4 END AS s
  FROM events WHERE name IN ({names})),
one AS (SELECT customer, t, seq, s, max(CASE WHEN s = 1 AND t >= {from} AND t < {to} THEN t END) OVER w AS a FROM steps
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
two AS (SELECT customer, t, seq, s, a, max(CASE WHEN s = 2 AND t - a <= {window} THEN a END) OVER w AS b FROM one
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
three AS (SELECT customer, t, s, a, b, max(CASE WHEN s = 3 AND t - b <= {window} THEN b END) OVER w AS c FROM two
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
deepest AS (SELECT max(CASE WHEN s = 4 AND t - c <= {window} THEN 4 WHEN c IS NOT NULL THEN 3 WHEN b IS NOT NULL THEN 2
  WHEN a IS NOT NULL THEN 1 ELSE 0 END) AS depth FROM three GROUP BY customer)
SELECT k, count(*) FROM deepest, (VALUES (1), (2), (3), (4)) v(k) WHERE depth >= k GROUP BY k
