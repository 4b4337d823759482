-- One ordered list a session, its neighbours zipped.
SELECT z[1]::VARCHAR AS p, z[2]::VARCHAR AS n, count(*) FROM (
  SELECT unnest(list_zip(l[:-2], l[2:])) AS z FROM (
    SELECT list({node} ORDER BY t, seq) AS l FROM events WHERE t >= {from} AND t < {to} GROUP BY session HAVING count(*) > 1))
WHERE {collapse} = 0 OR z[1] <> z[2] GROUP BY ALL
