-- In the order of the table: windowFunnel over the events of the four steps alone, aggregated in the order of the table: one group at a time.
SELECT k, sum(n) FROM (
  SELECT depth, count() AS n FROM (
    SELECT windowFunnel({window})(t, name = {step1} AND t >= {from} AND t < {to}, name = {step2}, name = {step3}, name = {step4}) AS depth
    FROM events WHERE name IN ({names}) GROUP BY customer)
  GROUP BY depth) ARRAY JOIN range(1, toUInt64(depth) + 1) AS k GROUP BY k
