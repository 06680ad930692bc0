-- Staff: who may log in, what they may do, and where they are logged in. Passwords are argon2id hashes, secrets of
-- authenticator apps are sealed, tokens and codes stand here as digests alone.

CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    mail TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended', 'ended')),
    password TEXT,
    totp TEXT,
    totp_pending TEXT,
    totp_step BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    password_at TIMESTAMP,
    last_login_at TIMESTAMP
);

-- A department, or * for all of them.
CREATE TABLE staff_grants (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL CHECK (role IN ('author', 'reviewer', 'publisher', 'administrator')),
    department TEXT NOT NULL,
    PRIMARY KEY (staff_id, role, department)
);
CREATE INDEX staff_grants_by_role ON staff_grants (role, department);

-- A log-in: hash is the digest of the cookie, id what staff see and revoke it by.
CREATE TABLE staff_sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    stage TEXT NOT NULL CHECK (stage IN ('code', 'enrol', 'full')),
    origin TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX staff_sessions_of ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_expiry ON staff_sessions (expires_at);

CREATE TABLE staff_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('invite', 'reset')),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX staff_tokens_of ON staff_tokens (staff_id);

CREATE TABLE staff_recovery_codes (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    hash TEXT NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (staff_id, hash)
);

-- Failed log-ins by account, browser and address: in the database, since several processes answer.
CREATE TABLE staff_failures (
    place TEXT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    last_at TIMESTAMP NOT NULL,
    until TIMESTAMP NOT NULL
);
CREATE INDEX staff_failures_last ON staff_failures (last_at);

-- From where: an address, or nothing for what the system did by itself.
ALTER TABLE audit_events ADD COLUMN origin TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_events_by_action ON audit_events (action, id);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
