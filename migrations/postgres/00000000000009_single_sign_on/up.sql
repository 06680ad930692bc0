-- Single sign-on: who of the staff somebody is at the city's OpenID provider, and log-ins on their way there and back.

-- The provider's issuer and its own name for the person, which never goes to somebody else as a mail address may.
CREATE TABLE staff_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    linked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX staff_identities_of ON staff_identities (staff_id, issuer);

-- A log-in that was sent to the provider: state and browser are digests, flow is sealed. A row is good once.
CREATE TABLE staff_sign_ons (
    state TEXT NOT NULL PRIMARY KEY,
    browser TEXT NOT NULL,
    flow TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX staff_sign_ons_expiry ON staff_sign_ons (expires_at);
