-- Payment links ask for the tax on the price as well: what of a payment was tax, and what
-- of that went back.

-- +goose Up
ALTER TABLE payments
  ADD COLUMN tax_amount bigint NOT NULL DEFAULT 0 CONSTRAINT payments_tax CHECK (tax_amount >= 0),
  ADD COLUMN refunded_tax bigint NOT NULL DEFAULT 0;
ALTER TABLE payments
  ADD CONSTRAINT payments_refunded_tax CHECK (refunded_tax BETWEEN 0 AND tax_amount AND refunded_tax <= refunded_amount);
ALTER TABLE refunds
  ADD COLUMN tax_amount bigint NOT NULL DEFAULT 0 CONSTRAINT refunds_tax CHECK (tax_amount BETWEEN 0 AND amount);
