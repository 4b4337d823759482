-- The conversions are few: they are the built side of a hash join by customer, touches of those customers probe it, the
-- look-back is checked on the pair. Then one aggregation by conversion and one by channel.
WITH conversions AS (SELECT row_number() OVER () AS id, customer, t, coalesce(value, 0) AS value FROM events
  WHERE name IN ({conversion}) AND t >= {from} AND t < {to}),
touches AS (SELECT customer, t, channel FROM events WHERE first AND name NOT IN ({no_touch})),
pairs AS (SELECT c.id, c.value, x.t, x.channel FROM touches x JOIN conversions c ON x.customer = c.customer AND x.t < c.t AND x.t >= c.t - {lookback}),
paths AS (SELECT id, count(*) AS n, coalesce(arg_max(channel, t) FILTER (WHERE channel <> 'direct'), arg_max(channel, t)) AS winner FROM pairs GROUP BY id),
credits AS (
  SELECT 'linear' AS model, p.channel, 1 / n AS share, p.value FROM pairs p JOIN paths USING (id)
  UNION ALL SELECT 'last_non_direct', winner, 1, value FROM paths JOIN conversions USING (id)
  UNION ALL SELECT unnest(['linear', 'last_non_direct']), NULL, 1, value FROM conversions ANTI JOIN paths USING (id)),
sums AS (SELECT model, channel, sum(share) AS s, sum(share * value) / 10000 AS v FROM credits GROUP BY ALL)
SELECT unnest([model, model || '.value']), channel::VARCHAR, unnest([s, v]) FROM sums
