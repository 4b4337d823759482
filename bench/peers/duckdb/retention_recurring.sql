-- Distinct (customer, week) on both sides, joined by customer within twelve weeks.
WITH starts AS (SELECT DISTINCT customer, (t - 345600000000) // 604800000000 AS w FROM events
  WHERE name IN ({start}) AND t >= {from} AND t < {to}),
returns AS (SELECT DISTINCT customer, (t - 345600000000) // 604800000000 AS w FROM events WHERE name IN ({return}))
SELECT c.w, r.w - c.w AS k, count(*) FROM starts c JOIN returns r USING (customer) WHERE k BETWEEN 1 AND 12 GROUP BY ALL
UNION ALL SELECT w, 0, count(*) FROM starts GROUP BY w
