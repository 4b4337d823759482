-- MergeTree in the order of (customer, time, sequence), one part, wide. LowCardinality for texts; LZ4 after Delta: the data
-- is warm, so the codec that decodes fastest wins over the smallest.
CREATE TABLE events (customer UInt32 CODEC(Delta, LZ4), t UInt64 CODEC(Delta, LZ4), seq UInt32 CODEC(LZ4),
  name LowCardinality(String), touchpoint LowCardinality(String), channel LowCardinality(String), source LowCardinality(String),
  session UInt32 CODEC(Delta, LZ4), first Bool, value Int64)
ENGINE = MergeTree ORDER BY (customer, t, seq) SETTINGS min_bytes_for_wide_part = 0;
CREATE TABLE unowned AS events ENGINE = MergeTree ORDER BY (t, seq) SETTINGS min_bytes_for_wide_part = 0;
INSERT INTO events SELECT customer, t, seq, name, touchpoint, channel, source, session, first, ifNull(value, 0) FROM file('{parquet}/events.parquet', Parquet);
INSERT INTO unowned SELECT customer, t, seq, name, touchpoint, channel, source, session, first, ifNull(value, 0) FROM file('{parquet}/unowned.parquet', Parquet);
OPTIMIZE TABLE events FINAL;
OPTIMIZE TABLE unowned FINAL;
-- The same rows once more in the order of sessions, for questions that walk sessions: twice the disk, no sorting then.
CREATE TABLE by_session AS events ENGINE = MergeTree ORDER BY (session, t, seq) SETTINGS min_bytes_for_wide_part = 0;
INSERT INTO by_session SELECT * FROM events;
OPTIMIZE TABLE by_session FINAL;
