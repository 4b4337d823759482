-- Two aggregations by customer and a hash join of small sides. Weeks begin on Monday, four days after the epoch.
WITH starts AS (SELECT customer, min(t) AS t FROM events WHERE name IN ({start}) GROUP BY customer),
cohorts AS (SELECT customer, (t - 345600000000) // 604800000000 AS w FROM starts WHERE t >= {from} AND t < {to}),
returns AS (SELECT DISTINCT customer, (t - 345600000000) // 604800000000 AS w FROM events WHERE name IN ({return}))
SELECT c.w, r.w - c.w AS k, count(*) FROM cohorts c JOIN returns r USING (customer) WHERE k BETWEEN 1 AND 12 GROUP BY ALL
UNION ALL SELECT w, 0, count(*) FROM cohorts GROUP BY w
