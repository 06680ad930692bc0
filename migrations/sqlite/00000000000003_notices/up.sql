-- Who was told what, and through which channel. Citizens appear by their random key alone, so that these rows may
-- outlive the citizen's own (an erased citizen leaves no personal data here).

CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    occasion TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('publish', 'match', 'reminder', 'correction')),
    corrects TEXT REFERENCES notices (id),
    rule TEXT NOT NULL,
    on_date DATE NOT NULL,
    since_date DATE,
    changed_since TIMESTAMP,
    content TEXT NOT NULL,
    channels TEXT NOT NULL,
    urgency TEXT NOT NULL CHECK (urgency IN ('normal', 'important', 'emergency')),
    state TEXT NOT NULL CHECK (state IN ('materialising', 'sending', 'paused', 'finished', 'cancelled')),
    resume_state TEXT CHECK (resume_state IN ('materialising', 'sending')),
    cursor TEXT NOT NULL,
    matched BIGINT NOT NULL,
    not_before TIMESTAMP NOT NULL,
    stale_after TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    materialised_at TIMESTAMP,
    finished_at TIMESTAMP
);
CREATE INDEX notices_document ON notices (document_id, round);
CREATE INDEX notices_open ON notices (state) WHERE state IN ('materialising', 'sending', 'paused');

CREATE TABLE told (
    document_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    occasion TEXT NOT NULL,
    citizen_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    PRIMARY KEY (document_id, round, occasion, citizen_key, subject)
);

CREATE TABLE notice_addresses (
    notice_id TEXT NOT NULL,
    blind_index TEXT NOT NULL,
    PRIMARY KEY (notice_id, blind_index)
);

CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notices (id),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'line')),
    lane INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sending', 'accepted', 'failed', 'in_doubt', 'bounced', 'cancelled')),
    reason TEXT,
    not_before TIMESTAMP NOT NULL,
    attempt INTEGER NOT NULL,
    owner TEXT,
    lease_until TIMESTAMP,
    fence BIGINT NOT NULL,
    identity TEXT NOT NULL UNIQUE,
    dated_at TIMESTAMP NOT NULL,
    first_attempt_at TIMESTAMP,
    resent BOOLEAN NOT NULL,
    receiver TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    payload TEXT NOT NULL,
    provider_id TEXT,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX messages_due ON messages (channel, lane, not_before, id) WHERE state = 'pending';
CREATE INDEX messages_held ON messages (lease_until) WHERE state IN ('leased', 'sending');
CREATE INDEX messages_notice ON messages (notice_id, state);

CREATE TABLE deliveries (
    notice_id TEXT NOT NULL REFERENCES notices (id),
    citizen_key TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('inbox', 'mail', 'line')),
    contact_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'sent', 'skipped', 'suppressed', 'cancelled')),
    reason TEXT,
    message_id TEXT REFERENCES messages (id),
    subjects TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP,
    PRIMARY KEY (notice_id, citizen_key, channel, contact_id)
);
CREATE INDEX deliveries_message ON deliveries (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX deliveries_citizen ON deliveries (citizen_key, created_at);

CREATE TABLE attempts (
    message_id TEXT NOT NULL REFERENCES messages (id),
    number INTEGER NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    outcome TEXT,
    phase TEXT,
    code INTEGER,
    detail TEXT,
    PRIMARY KEY (message_id, number)
);

CREATE TABLE channel_holds (
    channel TEXT NOT NULL,
    receiver TEXT NOT NULL,
    until TIMESTAMP,
    reason TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (channel, receiver)
);

CREATE TABLE match_runs (
    document_id TEXT PRIMARY KEY,
    round INTEGER NOT NULL,
    last_date DATE NOT NULL,
    last_at TIMESTAMP NOT NULL
);
