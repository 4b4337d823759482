-- Only customers who have the first two steps are sorted; the rest is counted without order.
WITH steps AS (
  SELECT customer, t, seq, CASE WHEN name = {step1} THEN 1 WHEN name = {step2} THEN 2 WHEN name = {step3} THEN 3 ELSE 4 END AS s
  FROM events WHERE name IN ({names})),
may AS (SELECT customer, min(CASE WHEN s = 1 AND t >= {from} AND t < {to} THEN t END) AS first_anchor, max(CASE WHEN s = 2 THEN t END) AS last_two
  FROM steps GROUP BY customer HAVING first_anchor IS NOT NULL),
those AS (SELECT * FROM steps SEMI JOIN (SELECT customer FROM may WHERE last_two > first_anchor) USING (customer)),
one AS (SELECT customer, t, seq, s, max(CASE WHEN s = 1 AND t >= {from} AND t < {to} THEN t END) OVER w AS a FROM those
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
two AS (SELECT customer, t, seq, s, a, max(CASE WHEN s = 2 AND t - a <= {window} THEN a END) OVER w AS b FROM one
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
three AS (SELECT customer, t, s, a, b, max(CASE WHEN s = 3 AND t - b <= {window} THEN b END) OVER w AS c FROM two
  WINDOW w AS (PARTITION BY customer ORDER BY t, seq ROWS UNBOUNDED PRECEDING)),
deepest AS (SELECT max(CASE WHEN s = 4 AND t - c <= {window} THEN 4 WHEN c IS NOT NULL THEN 3 WHEN b IS NOT NULL THEN 2 ELSE 1 END) AS depth
  FROM three GROUP BY customer)
SELECT 1, count(*) FROM may UNION ALL
SELECT k, count(*) FROM deepest, (VALUES (2), (3), (4)) v(k) WHERE depth >= k GROUP BY k
