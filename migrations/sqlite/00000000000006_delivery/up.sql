-- What is learned after sending: refusals and returned mail, LINE's webhook; and how often pages are looked at. Nothing in here names a person:
-- contact points by their random id, LINE accounts by their blind index.

CREATE TABLE refusals (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    receiver TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('dialogue', 'bounce')),
    kind TEXT NOT NULL CHECK (kind IN ('unknown', 'soft', 'policy', 'delayed')),
    status TEXT,
    detail TEXT,
    at TIMESTAMP NOT NULL,
    verdict TEXT CHECK (verdict IN ('suppressed', 'noted', 'domain_closed', 'kept', 'gone'))
);
CREATE INDEX refusals_open ON refusals (at) WHERE verdict IS NULL;
CREATE INDEX refusals_receiver ON refusals (receiver, at);
CREATE INDEX refusals_contact ON refusals (contact_id, at);

CREATE TABLE line_events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX line_events_received ON line_events (received_at);

CREATE TABLE line_friends (
    blind_index TEXT PRIMARY KEY,
    following BOOLEAN NOT NULL,
    at TIMESTAMP NOT NULL
);

CREATE TABLE views (
    document_id TEXT NOT NULL,
    day DATE NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (document_id, day)
);
CREATE INDEX views_day ON views (day);

-- Fields that may be unanswered and still count as matching, frozen with the run; separated by commas.
ALTER TABLE notices ADD COLUMN widen TEXT NOT NULL DEFAULT '';
