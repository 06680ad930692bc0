-- What is still to be decided is few, what was sent grows for years: a worker's questions must not read through the second.
CREATE INDEX messages_in_doubt ON messages (updated_at) WHERE state = 'in_doubt';
CREATE INDEX messages_of_line ON messages (dated_at) WHERE channel = 'line';
