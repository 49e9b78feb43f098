-- Which transaction wrote an entry. What was read from the database can be checked
-- against the entries of all that committed since (record 0019).

-- +goose Up
ALTER TABLE audit_log ADD COLUMN txid bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint;
CREATE INDEX audit_log_txid ON audit_log (tenant_id, txid);
