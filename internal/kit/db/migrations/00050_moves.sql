-- How often its customer moved an appointment (customers may a few times only), and
-- why it was last moved.

-- +goose Up
ALTER TABLE appointments
  ADD COLUMN customer_moves    int  NOT NULL DEFAULT 0 CHECK (customer_moves >= 0),
  ADD COLUMN reschedule_reason text NOT NULL DEFAULT '';
