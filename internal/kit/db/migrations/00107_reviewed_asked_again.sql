-- What was paid in part is asked about again, like what was not paid.

-- +goose Up
DROP INDEX payments_pending;
CREATE INDEX payments_pending ON payments (created_at) WHERE status IN ('pending', 'needs_review') AND payment_provider <> 'manual';
