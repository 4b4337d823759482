-- One array a session: by_session is read in its order, so no state is hashed and the array needs no sort. arrayCompact leaves
-- repeats out, five places are kept. Texts stay LowCardinality to the end (toString costs as much as the rest).
SELECT layer, p, n, count() FROM (
  SELECT arraySlice(if({collapse} = 1, arrayCompact(groupArray({node})), groupArray({node})), 1, 5) AS m
  FROM by_session WHERE t >= {from} AND t < {to} GROUP BY session)
ARRAY JOIN m AS n, arrayPushFront(arrayPopBack(m), CAST('', 'LowCardinality(String)')) AS p, range(length(m)) AS layer
GROUP BY layer, p, n
