SELECT '' AS part, d, count() FROM (SELECT customer, toUInt16(intDiv(t, 86400000000)) AS d FROM events WHERE name = {name} AND t >= {from} AND t < {to} GROUP BY customer, d) GROUP BY d
