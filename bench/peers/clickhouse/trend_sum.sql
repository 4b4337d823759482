-- A filter that PREWHERE takes first, and an aggregation into a few hundred groups. Events without a customer count.
SELECT '' AS part, d, sum(s) / 10000 FROM (
  SELECT toUInt16(intDiv(t, 86400000000)) AS d, sum(value) AS s FROM events WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d
  UNION ALL SELECT toUInt16(intDiv(t, 86400000000)) AS d, sum(value) AS s FROM unowned WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d) GROUP BY d
