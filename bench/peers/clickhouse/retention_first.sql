-- One pass by customer: the first start, and the set of weeks with a return.
SELECT c, k, count() FROM (
  SELECT intDiv(toInt64(minIf(t, name IN ({start}))) - 345600000000, 604800000000) AS c, minIf(t, name IN ({start})) AS s,
    arrayConcat([toInt64(0)], arrayFilter(x -> x BETWEEN 1 AND 12, arrayMap(w -> toInt64(w) - c, groupUniqArrayIf(intDiv(t - 345600000000, 604800000000), name IN ({return}))))) AS ks
  FROM events WHERE name IN ({names}) GROUP BY customer HAVING countIf(name IN ({start})) > 0 AND s >= {from} AND s < {to})
ARRAY JOIN ks AS k GROUP BY c, k SETTINGS optimize_aggregation_in_order = 0
