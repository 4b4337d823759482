-- windowFunnel over the events of the four steps alone, by a hash table of customers: with so many small groups that is
-- faster than aggregation in the order of the table (tried-a). Its order does not matter: windowFunnel sorts.
SELECT k, sum(n) FROM (
  SELECT depth, count() AS n FROM (
    SELECT windowFunnel({window})(t, name = {step1} AND t >= {from} AND t < {to}, name = {step2}, name = {step3}, name = {step4}) AS depth
    FROM events WHERE name IN ({names}) GROUP BY customer)
  GROUP BY depth) ARRAY JOIN range(1, toUInt64(depth) + 1) AS k GROUP BY k SETTINGS optimize_aggregation_in_order = 0
