-- One ordered list a session, repeats filtered, cut after five.
WITH lists AS (SELECT list({node} ORDER BY t, seq) AS l FROM events WHERE t >= {from} AND t < {to} GROUP BY session),
clean AS (SELECT CASE WHEN {collapse} = 0 THEN l[:5] ELSE list_filter(l, lambda x, i: i = 1 OR x <> l[i - 1])[:5] END AS l FROM lists),
placed AS (SELECT unnest(l) AS n, unnest(list_prepend(NULL, l[:-2])) AS p, unnest(range(len(l))) AS layer FROM clean)
SELECT layer, p::VARCHAR, n::VARCHAR, c FROM (SELECT layer, p, n, count(*) AS c FROM placed GROUP BY ALL)
