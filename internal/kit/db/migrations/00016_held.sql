-- The few occupancies that may lapse, to be found among the many that stay.

-- +goose Up
CREATE INDEX occupancies_held ON occupancies (tenant_id, subject_key, busy_from) WHERE lapses_at IS NOT NULL;
