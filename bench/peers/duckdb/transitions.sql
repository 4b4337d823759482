-- lag() within a session; the sort keys are two integers, of rows that lie nearly in that order already.
SELECT p::VARCHAR, n::VARCHAR, count(*) FROM (
  SELECT lag({node}) OVER (PARTITION BY session ORDER BY t, seq) AS p, {node} AS n
  FROM events WHERE t >= {from} AND t < {to})
WHERE p IS NOT NULL AND ({collapse} = 0 OR p <> n) GROUP BY p, n
