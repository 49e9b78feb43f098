-- Invoices that people write, beside those of payment links, and files that go with
-- messages.

-- +goose Up
ALTER TABLE invoices
  -- Written by hand: no payment belongs to it until somebody says that it was paid.
  ADD COLUMN written  boolean NOT NULL DEFAULT false,
  -- Parts per million; 0 where the lines have different ones.
  ADD COLUMN tax_rate int     NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1000000);
CREATE INDEX invoices_customer ON invoices (tenant_id, customer_id, created_at DESC);

ALTER TABLE messages
  -- One file, gone once the message has been sent.
  ADD COLUMN file_name text NOT NULL DEFAULT '',
  ADD COLUMN file_type text NOT NULL DEFAULT '',
  ADD COLUMN file      bytea;
