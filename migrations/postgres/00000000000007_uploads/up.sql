-- Uploads: who put a file below files/ from the screens, and what it was called there. Files of a site folder have none.
CREATE TABLE uploads (
    path TEXT NOT NULL PRIMARY KEY REFERENCES files (path) ON DELETE CASCADE,
    original_name TEXT NOT NULL,
    pages BIGINT,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL
);

CREATE INDEX files_listed ON files (updated_at, path);
