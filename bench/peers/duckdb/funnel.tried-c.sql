-- One ordered list a customer, folded by a lambda; the state is the latest anchor that reached each step.
WITH lists AS (
  SELECT list({'t': t, 's': CASE WHEN name = {step1} THEN 1 WHEN name = {step2} THEN 2 WHEN name = {step3} THEN 3 ELSE 4 END} ORDER BY t, seq) AS l
  FROM events WHERE name IN ({names}) GROUP BY customer HAVING bool_or(name = {step1} AND t >= {from} AND t < {to})),
folded AS (SELECT list_reduce(l, lambda z, x: {
    't': 0, 'a': CASE WHEN x.s = 1 AND x.t >= {from} AND x.t < {to} THEN x.t ELSE z.a END,
    'b': CASE WHEN x.s = 2 AND x.t - z.a <= {window} THEN z.a ELSE z.b END,
    'c': CASE WHEN x.s = 3 AND x.t - z.b <= {window} THEN z.b ELSE z.c END,
    'd': z.d OR (x.s = 4 AND x.t - z.c <= {window}), 's': 0},
    {'t': 0::BIGINT, 'a': -4000000000000000::BIGINT, 'b': -4000000000000000::BIGINT, 'c': -4000000000000000::BIGINT, 'd': false, 's': 0}) AS z FROM lists)
SELECT k, count(*) FILTER (WHERE CASE k WHEN 1 THEN true WHEN 2 THEN z.b > 0 WHEN 3 THEN z.c > 0 ELSE z.d END)
FROM folded, (VALUES (1), (2), (3), (4)) v(k) GROUP BY k
