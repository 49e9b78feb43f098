-- Deleted outlets count toward the plan's limit until the operator purges them.

-- +goose Up
ALTER TABLE outlets ADD COLUMN purged_at timestamptz;
ALTER TABLE outlets ADD CONSTRAINT outlets_purged_deleted CHECK (purged_at IS NULL OR deleted_at IS NOT NULL);
-- What an outlet was before it was deleted, to be restored to.
ALTER TABLE outlets ADD COLUMN deleted_status text CHECK (deleted_status IN ('active', 'inactive', 'temporarily_closed'));
