-- One array a session, read in the order of by_session so that nothing is sorted; neighbours by shifting the array.
SELECT e.1, e.2, count() FROM (
  SELECT arrayJoin(arrayZip(arrayPopBack(l), arrayPopFront(l))) AS e FROM (
    SELECT groupArray({node}) AS l FROM by_session WHERE t >= {from} AND t < {to} GROUP BY session HAVING length(l) > 1))
WHERE {collapse} = 0 OR e.1 != e.2 GROUP BY e
