-- 取り下げ: what stands where a document stood. Gone when the document is published again.
CREATE TABLE withdrawals (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id),
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    way TEXT NOT NULL,
    reason TEXT NOT NULL,
    target TEXT,
    staff TEXT NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL
);
CREATE INDEX withdrawals_by_address ON withdrawals (kind, slug);
