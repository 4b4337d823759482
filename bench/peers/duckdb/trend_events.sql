SELECT '' AS part, t // 86400000000 AS d, count(*) FROM (SELECT t, name FROM events UNION ALL SELECT t, name FROM unowned)
WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d
