SELECT {by}, d, sum(s) FROM (
  SELECT {by}, intDiv(t, 86400000000) AS d, count() AS s FROM events WHERE t >= {from} AND t < {to} GROUP BY {by}, d
  UNION ALL SELECT {by}, intDiv(t, 86400000000) AS d, count() AS s FROM unowned WHERE t >= {from} AND t < {to} GROUP BY {by}, d) GROUP BY {by}, d
