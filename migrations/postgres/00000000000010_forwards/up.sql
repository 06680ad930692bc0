-- 転送: addresses of the site before this one, entered by hand, and where they lead: a document, or another address.
CREATE TABLE forwards (
    path TEXT NOT NULL PRIMARY KEY,
    document_id TEXT REFERENCES documents (id),
    url TEXT,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX forwards_by_document ON forwards (document_id);
