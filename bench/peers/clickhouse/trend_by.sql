-- The day as two bytes: with LowCardinality of one it is a small fixed key.
SELECT {by}, d, sum(s) FROM (
  SELECT {by}, toUInt16(intDiv(t, 86400000000)) AS d, count() AS s FROM events WHERE t >= {from} AND t < {to} GROUP BY {by}, d
  UNION ALL SELECT {by}, toUInt16(intDiv(t, 86400000000)) AS d, count() AS s FROM unowned WHERE t >= {from} AND t < {to} GROUP BY {by}, d) GROUP BY {by}, d
