-- Publishing: what staff write, what is live, and how it gets to the readers.
-- Times are UTC without a zone; JSON is text; numbers are 64 bits wide.
-- States are the first column of an index, not its WHERE: SQLite does not see that a bound value fits one.

-- Counters whose order is the order of commits: the row stays locked until the transaction ends.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('changes', 0);

-- Settings, taxonomy, departments and profile as one JSON; the last row is the current one.
CREATE TABLE site_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL
);

-- Files of the site folder: attachments, images, and as they were written settings, taxonomy and theme.
CREATE TABLE files (
    path TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    bytes BLOB NOT NULL,
    content_type TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX files_by_hash ON files (sha256);

CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    translates TEXT,
    title TEXT NOT NULL,
    owner TEXT,
    last_number BIGINT NOT NULL,
    first_published_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    path TEXT
);
CREATE INDEX documents_by_update ON documents (updated_at, id);
CREATE INDEX documents_by_translates ON documents (translates) WHERE translates IS NOT NULL;

-- Who holds a slug: the live edition, the open draft, or both (of the same document).
CREATE TABLE addresses (
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    live BOOLEAN NOT NULL,
    draft BOOLEAN NOT NULL,
    PRIMARY KEY (kind, slug)
);
CREATE INDEX addresses_by_document ON addresses (document_id);

-- Old slugs that answer with a redirect to the document.
CREATE TABLE redirects (
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, slug)
);
CREATE INDEX redirects_by_document ON redirects (document_id);

CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    source BLOB NOT NULL,
    source_hash TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT,
    publish_at TIMESTAMP,
    expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    published_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE UNIQUE INDEX editions_by_number ON editions (document_id, number);
CREATE UNIQUE INDEX editions_one_published ON editions (document_id) WHERE state = 'published';
CREATE UNIQUE INDEX editions_one_open ON editions (document_id)
    WHERE state IN ('draft', 'in_review', 'approved', 'scheduled');
CREATE INDEX editions_due ON editions (state, publish_at);
CREATE INDEX editions_by_state ON editions (state, updated_at);

-- What readers see now: one narrow row a document.
CREATE TABLE live (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id),
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    translates TEXT,
    hash TEXT NOT NULL,
    card TEXT NOT NULL,
    opens TIMESTAMP,
    closes TIMESTAMP,
    first_published_at TIMESTAMP NOT NULL,
    published_at TIMESTAMP NOT NULL,
    listed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    sequence BIGINT NOT NULL
);
CREATE UNIQUE INDEX live_by_slug ON live (kind, slug);
CREATE INDEX live_newest ON live (listed_at, document_id);
CREATE INDEX live_newest_of_kind ON live (kind, listed_at, document_id);
CREATE INDEX live_expiring ON live (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX live_by_translates ON live (translates) WHERE translates IS NOT NULL;

-- Deadlines and sessions of what is live; an instant without an end ends where it starts.
CREATE TABLE live_spans (
    document_id TEXT NOT NULL REFERENCES live (document_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    starts TIMESTAMP NOT NULL,
    ends TIMESTAMP NOT NULL,
    PRIMARY KEY (document_id, role, ordinal)
);
CREATE INDEX live_spans_by_end ON live_spans (role, ends, starts);
CREATE INDEX live_spans_by_start ON live_spans (role, starts);

-- What a live document points at: the id of a document, or kind/slug while there is none.
CREATE TABLE live_links (
    document_id TEXT NOT NULL REFERENCES live (document_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (document_id, role, target)
);
CREATE INDEX live_links_by_target ON live_links (target);

-- The last change of each document in each scope: bounded by the number of documents, in commit order.
CREATE TABLE changes (
    scope TEXT NOT NULL,
    document_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    edition_id BIGINT,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (scope, document_id)
);
CREATE UNIQUE INDEX changes_by_sequence ON changes (scope, sequence);

-- Every publication, change and withdrawal, numbered from 1 without gaps: what followers of the site page through.
CREATE TABLE publications (
    sequence BIGINT NOT NULL PRIMARY KEY,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    document_id TEXT NOT NULL,
    path TEXT NOT NULL,
    edition TEXT NOT NULL
);

-- Static lists: a document keeps the ordinal of its first entry for ever.
CREATE TABLE lists (
    list_key TEXT NOT NULL PRIMARY KEY,
    next_ordinal BIGINT NOT NULL
);
CREATE TABLE list_entries (
    list_key TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    document_id TEXT NOT NULL,
    present BOOLEAN NOT NULL,
    PRIMARY KEY (list_key, ordinal)
);
CREATE UNIQUE INDEX list_entries_by_document ON list_entries (document_id, list_key);

-- One publish run.
CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    site_revision BIGINT,
    to_render BIGINT NOT NULL,
    rendered BIGINT NOT NULL,
    to_upload BIGINT NOT NULL,
    uploaded BIGINT NOT NULL,
    error TEXT,
    options TEXT NOT NULL,
    plan TEXT,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX releases_open ON releases (id) WHERE finished_at IS NULL;

CREATE TABLE release_documents (
    release_id BIGINT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    edition_id BIGINT,
    action TEXT NOT NULL,
    PRIMARY KEY (release_id, document_id)
);
CREATE INDEX release_documents_by_document ON release_documents (document_id, release_id);

-- What a run will put and delete, committed before the first byte leaves.
CREATE TABLE release_objects (
    release_id BIGINT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    phase BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    cache_control TEXT NOT NULL,
    class TEXT NOT NULL,
    valid_until TIMESTAMP,
    PRIMARY KEY (release_id, name)
);
CREATE INDEX release_objects_pending ON release_objects (release_id, state, phase, name);

-- The manifest: what stands in the object store.
CREATE TABLE objects (
    name TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    cache_control TEXT NOT NULL,
    class TEXT NOT NULL,
    valid_until TIMESTAMP,
    release_id BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX objects_due ON objects (valid_until) WHERE valid_until IS NOT NULL;

-- Single values with a version, such as the state of the search index.
CREATE TABLE states (
    name TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    data TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe_key TEXT,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    run_at TIMESTAMP NOT NULL,
    again BOOLEAN NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    owner TEXT,
    leased_until TIMESTAMP,
    fence BIGINT NOT NULL,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE UNIQUE INDEX jobs_one_open ON jobs (dedupe_key) WHERE state IN ('ready', 'leased');
CREATE INDEX jobs_ready ON jobs (state, priority DESC, run_at, id);
CREATE INDEX jobs_ready_at ON jobs (state, run_at);
CREATE INDEX jobs_leased ON jobs (state, leased_until);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Who did what: rows are added, never changed.
CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_events_by_subject ON audit_events (subject, id);
CREATE INDEX audit_events_by_actor ON audit_events (actor, id);
CREATE TRIGGER audit_events_kept_as_written BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events: rows are never changed');
END;
CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events: rows are never deleted');
END;
