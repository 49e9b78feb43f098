-- Sessions that several hold together are few; who serves beside the first is read
-- from them alone.

-- +goose Up
CREATE INDEX sessions_team ON sessions (tenant_id, outlet_id, starts_at) WHERE cardinality(subject_keys) > 1;
