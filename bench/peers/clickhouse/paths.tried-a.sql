-- Window functions over the order of by_session.
SELECT layer, if(layer = 0, '', toString(p)), n, count() FROM (
  SELECT n, p, row_number() OVER (PARTITION BY session ORDER BY t, seq) - 1 AS layer FROM (
    SELECT session, t, seq, {node} AS n, lagInFrame({node}) OVER w AS p, row_number() OVER w AS i FROM by_session
    WHERE t >= {from} AND t < {to}
    WINDOW w AS (PARTITION BY session ORDER BY t, seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
  WHERE i = 1 OR {collapse} = 0 OR p != n)
WHERE layer < 5 GROUP BY layer, p, n
