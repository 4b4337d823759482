-- Exact distinct customers: of one customer the events of a day lie together, so pairs are made unique first.
SELECT '' AS part, d, uniqExact(customer) FROM events PREWHERE name = {name} WHERE t >= {from} AND t < {to} GROUP BY toUInt16(intDiv(t, 86400000000)) AS d
