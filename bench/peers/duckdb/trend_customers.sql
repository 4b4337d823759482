-- Distinct pairs first, then a plain count: cheaper than count(DISTINCT) a group, which keeps a set each.
SELECT '' AS part, d, count(*) FROM (SELECT DISTINCT t // 86400000000 AS d, customer FROM events WHERE name = {name} AND t >= {from} AND t < {to}) GROUP BY d
