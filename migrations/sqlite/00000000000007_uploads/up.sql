-- Uploads: who put a file below files/ from the screens, and what it was called there. Files of a site folder have none.
CREATE TABLE uploads (
    path TEXT NOT NULL PRIMARY KEY REFERENCES files (path) ON DELETE CASCADE,
    original_name TEXT NOT NULL,
    pages BIGINT,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL
);

-- Everything a list shows: what comes after the bytes in a row is only reached by reading through them.
CREATE INDEX files_listed ON files (updated_at, path, sha256, size, width, height, content_type);
