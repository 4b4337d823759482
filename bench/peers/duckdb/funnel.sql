-- A chain of ASOF joins: an event of step k looks up the latest event of step k-1 before it that still has an anchor, and
-- takes its anchor over. Anchors only grow, so the latest is the best. Each join sorts only the events of two steps, which
-- beats windows over all four (tried-a), windows over customers who can get further (tried-b) and folded lists (tried-c).
WITH one AS (SELECT customer, t, t AS a FROM events WHERE name = {step1} AND t >= {from} AND t < {to}),
two AS (SELECT e.customer, e.t, p.a FROM (SELECT customer, t FROM events WHERE name = {step2}) e
  ASOF JOIN one p ON e.customer = p.customer AND e.t > p.t WHERE e.t - p.a <= {window}),
three AS (SELECT e.customer, e.t, p.a FROM (SELECT customer, t FROM events WHERE name = {step3}) e
  ASOF JOIN two p ON e.customer = p.customer AND e.t > p.t WHERE e.t - p.a <= {window}),
four AS (SELECT e.customer, e.t, p.a FROM (SELECT customer, t FROM events WHERE name = {step4}) e
  ASOF JOIN three p ON e.customer = p.customer AND e.t > p.t WHERE e.t - p.a <= {window})
SELECT 1, count(DISTINCT customer) FROM one UNION ALL SELECT 2, count(DISTINCT customer) FROM two
UNION ALL SELECT 3, count(DISTINCT customer) FROM three UNION ALL SELECT 4, count(DISTINCT customer) FROM four
