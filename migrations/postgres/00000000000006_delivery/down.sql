ALTER TABLE notices DROP COLUMN widen;
DROP TABLE views;
DROP TABLE line_friends;
DROP TABLE line_events;
DROP TABLE refusals;
