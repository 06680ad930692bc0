-- Citizens: who registered, what they told, how they are reached, and the index by which rules find them.

CREATE TABLE citizens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    citizen_key  TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'active', 'left')),
    lang         TEXT NOT NULL,
    facts        TEXT NOT NULL,
    preferences  TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    changed_at   TIMESTAMP NOT NULL,
    left_at      TIMESTAMP
);
CREATE INDEX citizens_pending ON citizens (created_at) WHERE state = 'pending';

CREATE TABLE sensitive_facts (
    citizen_id INTEGER PRIMARY KEY NOT NULL REFERENCES citizens (id),
    facts      TEXT NOT NULL
);

CREATE TABLE contact_points (
    id                TEXT PRIMARY KEY NOT NULL,
    citizen_id        INTEGER NOT NULL REFERENCES citizens (id),
    channel           TEXT NOT NULL CHECK (channel IN ('mail', 'line')),
    value             TEXT NOT NULL,
    blind_index       TEXT NOT NULL,
    created_at        TIMESTAMP NOT NULL,
    verified_at       TIMESTAMP,
    suppressed_reason TEXT,
    suppressed_at     TIMESTAMP,
    UNIQUE (citizen_id, channel, blind_index)
);
CREATE INDEX contact_points_blind ON contact_points (channel, blind_index);
-- A LINE account is one person's; a mail address may be a family's.
CREATE UNIQUE INDEX contact_points_line ON contact_points (blind_index) WHERE channel = 'line';

CREATE TABLE consents (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    citizen_id INTEGER NOT NULL REFERENCES citizens (id),
    channel    TEXT NOT NULL CHECK (channel IN ('inbox', 'mail', 'line')),
    purpose    TEXT NOT NULL,
    granted    BOOLEAN NOT NULL,
    version    TEXT NOT NULL,
    source     TEXT NOT NULL,
    at         TIMESTAMP NOT NULL
);
CREATE INDEX consents_current ON consents (citizen_id, channel, purpose, id);

CREATE TABLE citizen_tokens (
    hash       TEXT PRIMARY KEY NOT NULL,
    citizen_id INTEGER NOT NULL REFERENCES citizens (id),
    contact_id TEXT,
    purpose    TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX citizen_tokens_citizen ON citizen_tokens (citizen_id);
CREATE INDEX citizen_tokens_expiry ON citizen_tokens (expires_at);

-- The matching index: derived from the facts of active citizens alone, and rebuilt from them at will. Days are counted
-- from 1970-01-01, changed_at in microseconds since then (UTC). Keys of the profile are interned, so that rules compile
-- to integers; a term of kind 'sensitive' names a field whose values stand in match_sensitive.

CREATE TABLE match_term (
    id   INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('area', 'household', 'flag', 'sensitive')),
    name TEXT NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE match_set (
    id      INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('answered', 'traits')),
    members TEXT NOT NULL,
    UNIQUE (kind, members)
);

CREATE TABLE match_citizen (
    citizen_id INTEGER PRIMARY KEY NOT NULL,
    area       INTEGER,
    birth      INTEGER,
    due        INTEGER,
    answered   INTEGER NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX match_citizen_area ON match_citizen (area);
CREATE INDEX match_citizen_birth ON match_citizen (birth);
CREATE INDEX match_citizen_due ON match_citizen (due) WHERE due IS NOT NULL;
CREATE INDEX match_citizen_changed ON match_citizen (changed_at);

-- PostgreSQL keeps these terms in match_citizen.attrs.
CREATE TABLE match_attr (
    attr       INTEGER NOT NULL,
    citizen_id INTEGER NOT NULL,
    PRIMARY KEY (attr, citizen_id)
) WITHOUT ROWID;
CREATE INDEX match_attr_citizen ON match_attr (citizen_id);

CREATE TABLE match_child (
    citizen_id INTEGER NOT NULL,
    birth      INTEGER NOT NULL,
    ordinal    SMALLINT NOT NULL,
    traits     INTEGER NOT NULL,
    PRIMARY KEY (citizen_id, birth, ordinal)
) WITHOUT ROWID;
CREATE INDEX match_child_birth ON match_child (birth, citizen_id, traits);

-- Facts that the profile marks as sensitive: an option or flag under its own term with value 1, a day or an area's term
-- under the term of its field.
CREATE TABLE match_sensitive (
    term       INTEGER NOT NULL,
    value      INTEGER NOT NULL,
    citizen_id INTEGER NOT NULL,
    PRIMARY KEY (term, value, citizen_id)
) WITHOUT ROWID;
CREATE INDEX match_sensitive_citizen ON match_sensitive (citizen_id, term, value);
