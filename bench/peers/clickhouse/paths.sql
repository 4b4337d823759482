-- One array a session in the order of by_session; arrayCompact leaves repeats out, five places are kept.
SELECT layer, p, n, count() FROM (
  SELECT if({collapse} = 1, arraySlice(arrayCompact(l), 1, 5), arraySlice(l, 1, 5)) AS m FROM (
    SELECT groupArray(toString({node})) AS l FROM by_session WHERE t >= {from} AND t < {to} GROUP BY session))
ARRAY JOIN m AS n, arrayPushFront(arrayPopBack(m), '') AS p, range(length(m)) AS layer GROUP BY layer, p, n
