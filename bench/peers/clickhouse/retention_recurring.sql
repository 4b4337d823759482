-- Weeks with a start and weeks with a return of each customer, paired inside the customer.
SELECT c, k, count() FROM (
  SELECT arrayJoin(groupUniqArrayIf(intDiv(t - 345600000000, 604800000000), name IN ({start}) AND t >= {from} AND t < {to})) AS c,
    groupUniqArrayIf(intDiv(t - 345600000000, 604800000000), name IN ({return})) AS ws
  FROM events WHERE name IN ({names}) GROUP BY customer)
ARRAY JOIN arrayConcat([toInt64(0)], arrayFilter(x -> x BETWEEN 1 AND 12, arrayMap(w -> toInt64(w) - toInt64(c), ws))) AS k GROUP BY c, k SETTINGS optimize_aggregation_in_order = 0
