-- Callbacks about withdrawals are listed and worked again like the others.

-- +goose Up
-- Whoever migrates sees no rows by itself.
SET LOCAL ROLE reserva_platform;
UPDATE webhook_events SET provider = 'paper_id' WHERE provider = '';
UPDATE webhook_events SET outcome = '' WHERE outcome = 'accepted';
RESET ROLE;
ALTER TABLE webhook_events
  ADD CONSTRAINT webhook_events_provider CHECK (provider IN ('paper_id', 'maya')),
  ADD CONSTRAINT webhook_events_outcome CHECK (outcome IN ('', 'ignored', 'settled', 'settled_before', 'not_paid', 'credited', 'needs_review'));
