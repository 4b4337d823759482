-- A window function over rows that by_session already holds in this order: nothing is sorted.
SELECT p, n, count() FROM (
  SELECT lagInFrame({node}) OVER w AS p, {node} AS n, row_number() OVER w AS i FROM by_session
  WHERE t >= {from} AND t < {to} WINDOW w AS (PARTITION BY session ORDER BY t, seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
WHERE i > 1 AND ({collapse} = 0 OR p != n) GROUP BY p, n
