-- Sorted on disk by (customer, time, sequence), so that zone maps and run-length compression work and
-- aggregation by customer meets its groups together. ENUMs: one byte a value in memory, compared as numbers.
ATTACH '{export}' AS export (READ_ONLY);
CREATE TABLE events AS SELECT * FROM export.events ORDER BY customer, t, seq;
CREATE TABLE unowned AS SELECT * FROM export.unowned ORDER BY t, seq;
DETACH export;
CHECKPOINT;
ANALYZE;
