-- Touches and conversions of a customer as two sorted arrays, one pass in the order of customers; each conversion takes
-- the slice of touches before it. No join.
SELECT m, key, sum(x) FROM (
  SELECT p, v, if(empty(p), '', if(empty(nd), p[-1], nd[-1])) AS winner FROM (
    SELECT arrayMap(y -> y.2, arrayFilter(y -> y.1 < cv.1 AND y.1 >= cv.1 - {lookback}, ts)) AS p, arrayFilter(y -> y != 'direct', p) AS nd, cv.2 / 10000 AS v
    FROM (SELECT groupArrayIf((t, toString(channel)), first AND name NOT IN ({no_touch})) AS ts,
                 groupArrayIf((t, value), name IN ({conversion}) AND t >= {from} AND t < {to}) AS cs
          FROM events WHERE (first AND name NOT IN ({no_touch})) OR name IN ({conversion}) GROUP BY customer HAVING notEmpty(cs))
    ARRAY JOIN cs AS cv))
ARRAY JOIN
  arrayConcat(['last_non_direct', 'last_non_direct.value'], if(empty(p), ['linear', 'linear.value'], arrayConcat(arrayMap(y -> 'linear', p), arrayMap(y -> 'linear.value', p)))) AS m,
  arrayConcat([winner, winner], if(empty(p), ['', ''], arrayConcat(p, p))) AS key,
  arrayConcat([1., v], if(empty(p), [1., v], arrayConcat(arrayMap(y -> 1 / length(p), p), arrayMap(y -> v / length(p), p)))) AS x
GROUP BY m, key
