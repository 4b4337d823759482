-- A hash join of touches with the few conversions, the look-back checked on the pair.
WITH pairs AS (
  SELECT c.id AS id, c.value AS value, x.t AS t, toString(x.channel) AS channel FROM
    (SELECT customer, t, channel FROM events WHERE first AND name NOT IN ({no_touch})) AS x
    INNER JOIN (SELECT (customer, t, seq) AS id, customer, t, value FROM events WHERE name IN ({conversion}) AND t >= {from} AND t < {to}) AS c
    ON x.customer = c.customer WHERE x.t < c.t AND x.t >= c.t - {lookback}),
paths AS (SELECT id, any(value) AS v, groupArray(channel) AS chs, if(countIf(channel != 'direct') > 0, argMaxIf(channel, t, channel != 'direct'), argMax(channel, t)) AS winner FROM pairs GROUP BY id)
SELECT m, key, sum(x) FROM (
  SELECT m, key, x FROM paths ARRAY JOIN
    arrayConcat(['last_non_direct', 'last_non_direct.value'], arrayMap(y -> 'linear', chs), arrayMap(y -> 'linear.value', chs)) AS m,
    arrayConcat([winner, winner], chs, chs) AS key,
    arrayConcat([1., v / 10000], arrayMap(y -> 1 / length(chs), chs), arrayMap(y -> v / 10000 / length(chs), chs)) AS x
  UNION ALL
  SELECT arrayJoin(['last_non_direct', 'linear', 'last_non_direct.value', 'linear.value']) AS m, '' AS key, if(m LIKE '%value', total.2 / 10000, total.1) AS x FROM (
    SELECT (toFloat64(count() - (SELECT count() FROM paths)), toFloat64(sum(value) - (SELECT sum(v) FROM paths))) AS total FROM events WHERE name IN ({conversion}) AND t >= {from} AND t < {to}))
GROUP BY m, key
