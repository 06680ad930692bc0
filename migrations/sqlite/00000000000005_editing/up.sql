-- Editing: every text that was ever saved, what is being typed, who has a document open, reviews and comments.

-- 履歴: each save keeps its text. A named one was kept on purpose (submitted, returned to, imported).
CREATE TABLE edition_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id),
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    revision BIGINT NOT NULL,
    reason TEXT NOT NULL,
    name TEXT,
    title TEXT NOT NULL,
    source BLOB NOT NULL,
    source_hash TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX edition_revisions_once ON edition_revisions (edition_id, revision);
CREATE INDEX edition_revisions_by_document ON edition_revisions (document_id, id);

-- 自動保存: what one person is typing, from which revision; gone when it is saved.
CREATE TABLE autosaves (
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    author TEXT NOT NULL,
    base_revision BIGINT NOT NULL,
    source BLOB NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (edition_id, author)
);

-- Who has a document open, and whose turn it is to write: told, never enforced.
CREATE TABLE presences (
    document_id TEXT NOT NULL REFERENCES documents (id),
    staff TEXT NOT NULL,
    writing BOOLEAN NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (document_id, staff)
);

-- 承認の依頼: a named reviewer, one text, one outcome.
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id),
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    revision BIGINT NOT NULL,
    submitted_by TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    note TEXT,
    submitted_at TIMESTAMP NOT NULL,
    outcome TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP,
    answer TEXT
);
CREATE UNIQUE INDEX reviews_one_open ON reviews (edition_id) WHERE outcome IS NULL;
CREATE INDEX reviews_by_reviewer ON reviews (reviewer, outcome, submitted_at);
CREATE INDEX reviews_by_document ON reviews (document_id, id);

-- コメント on a field (and a line of the body) of a draft.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id),
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    field TEXT NOT NULL,
    line BIGINT,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    resolved_by TEXT,
    resolved_at TIMESTAMP
);
CREATE INDEX comments_by_document ON comments (document_id, resolved_at, id);

-- 二人目の確認: who confirmed to tell that many people with this very text.
CREATE TABLE confirmations (
    edition_id BIGINT NOT NULL REFERENCES editions (id),
    source_hash TEXT NOT NULL,
    staff TEXT NOT NULL,
    people BIGINT NOT NULL,
    confirmed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (edition_id, source_hash, staff)
);

-- ひな形 made by staff; those that come with the program are in the program.
CREATE TABLE templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    source BLOB NOT NULL,
    author TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- What the newest text of a document points at, as live_links for what readers see: guards deletions, finds uses.
CREATE TABLE draft_links (
    document_id TEXT NOT NULL REFERENCES documents (id),
    role TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (document_id, role, target)
);
CREATE INDEX draft_links_by_target ON draft_links (target);

-- What lists of staff filter by, of the newest text; kept with every save.
-- stage: draft, returned, in_review, approved, scheduled, published, withdrawn, archived.
ALTER TABLE documents ADD COLUMN stage TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE documents ADD COLUMN category TEXT;
ALTER TABLE documents ADD COLUMN editor TEXT;
ALTER TABLE documents ADD COLUMN errors BIGINT NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN review_by TIMESTAMP;
ALTER TABLE documents ADD COLUMN publish_at TIMESTAMP;
ALTER TABLE documents ADD COLUMN live BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX documents_by_stage ON documents (stage, updated_at, id);
CREATE INDEX documents_by_owner ON documents (owner, updated_at, id);
CREATE INDEX documents_by_editor ON documents (editor, updated_at, id);
CREATE INDEX documents_by_kind ON documents (kind, updated_at, id);
CREATE INDEX documents_by_category ON documents (category, updated_at, id);
CREATE INDEX documents_to_review ON documents (review_by) WHERE review_by IS NOT NULL;
CREATE INDEX documents_in_error ON documents (updated_at, id) WHERE errors > 0;

UPDATE documents SET
    live = EXISTS (SELECT 1 FROM live WHERE live.document_id = documents.id),
    stage = COALESCE(
        (SELECT state FROM editions WHERE editions.document_id = documents.id
            AND state IN ('draft', 'in_review', 'approved', 'scheduled')),
        (SELECT state FROM editions WHERE editions.document_id = documents.id AND state = 'published'),
        (SELECT CASE state WHEN 'superseded' THEN 'withdrawn' ELSE state END FROM editions
            WHERE editions.document_id = documents.id ORDER BY number DESC LIMIT 1),
        'draft');
