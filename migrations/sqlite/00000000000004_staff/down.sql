DROP INDEX audit_events_by_time;
DROP INDEX audit_events_by_action;
ALTER TABLE audit_events DROP COLUMN origin;
DROP TABLE staff_failures;
DROP TABLE staff_recovery_codes;
DROP TABLE staff_tokens;
DROP TABLE staff_sessions;
DROP TABLE staff_grants;
DROP TABLE staff;
