-- A filtered aggregation into a few hundred groups: zone maps and vectors do the rest. Events without a customer count.
SELECT '' AS part, t // 86400000000 AS d, sum(value) / 10000 FROM (SELECT t, name, value FROM events UNION ALL SELECT t, name, value FROM unowned)
WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY d
