SELECT '' AS part, d, sum(s) FROM (
  SELECT toUInt16(intDiv(t, 86400000000)) AS d, count() AS s FROM events WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d
  UNION ALL SELECT toUInt16(intDiv(t, 86400000000)) AS d, count() AS s FROM unowned WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d) GROUP BY d
