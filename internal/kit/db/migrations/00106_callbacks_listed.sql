-- Callbacks are listed for the platform's administrators, the newest first.

-- +goose Up
CREATE INDEX webhook_events_received ON webhook_events (received_at DESC, id DESC);
