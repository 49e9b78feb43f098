-- The few messages that still wait, to be counted among the many that went out.

-- +goose Up
CREATE INDEX messages_waiting ON messages (channel, created_at) WHERE sent_at IS NULL AND failure = '';
