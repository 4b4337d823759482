SELECT part::VARCHAR, d, c FROM (SELECT {by} AS part, t // 86400000000 AS d, count(*) AS c FROM (SELECT t, {by} FROM events UNION ALL SELECT t, {by} FROM unowned)
WHERE t >= {from} AND t < {to} GROUP BY ALL)
