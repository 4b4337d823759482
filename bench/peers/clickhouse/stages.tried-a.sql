-- In the order of customers. Forward only and nobody lost: a stage is entered exactly when its first event comes before the first event of every
-- later stage. So one aggregation in the order of customers; minIf of nothing is 0, so the greatest number stands for it.
SELECT x.1, x.2, x.3 FROM (SELECT arrayJoin([
  ('entered', 's1', countIf(a >= {from} AND a < least(b, c, d, e))), ('entered', 's2', countIf(b >= {from} AND b < least(c, d, e) )),
  ('entered', 's3', countIf(c >= {from} AND c < least(d, e))), ('entered', 's4', countIf(d >= {from} AND d < e)),
  ('entered', 's5', countIf(e >= {from} AND e < 4000000000000000)),
  ('current', 's5', countIf(e < 4000000000000000)), ('current', 's4', countIf(d < 4000000000000000 AND e = 4000000000000000)),
  ('current', 's3', countIf(c < 4000000000000000 AND least(d, e) = 4000000000000000)),
  ('current', 's2', countIf(b < 4000000000000000 AND least(c, d, e) = 4000000000000000)),
  ('current', 's1', countIf(a < 4000000000000000 AND least(b, c, d, e) = 4000000000000000))]) AS x FROM (
  SELECT min(if(name IN ({stage1}), t, 4000000000000000)) AS a, min(if(name IN ({stage2}), t, 4000000000000000)) AS b,
         min(if(name IN ({stage3}), t, 4000000000000000)) AS c, min(if(name IN ({stage4}), t, 4000000000000000)) AS d,
         min(if(name IN ({stage5}), t, 4000000000000000)) AS e
  FROM events WHERE name IN ({names}) AND t < {to} GROUP BY customer))
