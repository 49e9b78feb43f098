-- Mail that carries a calendar entry, mail that nobody needs after a while, and
-- which reminders were sent.

-- +goose Up
ALTER TABLE messages
  ADD COLUMN calendar_method text NOT NULL DEFAULT '' CHECK (calendar_method IN ('', 'REQUEST', 'CANCEL')),
  ADD COLUMN body_calendar   text NOT NULL DEFAULT '',
  -- Past it, what has not been sent is not sent any more.
  ADD COLUMN expires_at      timestamptz,
  ADD CONSTRAINT messages_calendar_whole CHECK (calendar_method <> '' OR body_calendar = '');

-- One row for each reminder that is settled: sent, or not wanted. An appointment that
-- is moved to another time is reminded of anew.
CREATE TABLE reminders (
  tenant_id      text        NOT NULL,
  appointment_id text        NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('day', 'hour')),
  starts_at      timestamptz NOT NULL,
  created_at     timestamptz NOT NULL,
  CONSTRAINT reminders_once PRIMARY KEY (tenant_id, appointment_id, kind, starts_at),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id) ON DELETE CASCADE
);
-- Those of visits that are over are tidied away.
CREATE INDEX reminders_over ON reminders (starts_at);
SELECT reserva.protect('reminders');
