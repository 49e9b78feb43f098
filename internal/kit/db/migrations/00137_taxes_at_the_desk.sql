-- The desk takes tax with the price as well: what of a written invoice's tax was paid so far.

-- +goose Up
ALTER TABLE invoices
  ADD COLUMN tax_paid bigint NOT NULL DEFAULT 0 CONSTRAINT invoices_tax_paid CHECK (tax_paid BETWEEN 0 AND amount_paid);
