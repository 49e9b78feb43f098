-- Money that is given back. All amounts are minor units of the payment's currency.

-- +goose Up
ALTER TABLE payments
  -- How much of the price the payment paid: what its appointment took of it.
  ADD COLUMN applied_amount  bigint NOT NULL DEFAULT 0 CHECK (applied_amount >= 0),
  -- What was given back, or is on its way, and the platform's fee within it.
  ADD COLUMN refunded_amount bigint NOT NULL DEFAULT 0,
  ADD COLUMN refunded_fee    bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT payments_refunded CHECK (refunded_amount BETWEEN 0 AND merchant_amount + platform_fee),
  ADD CONSTRAINT payments_refunded_fee CHECK (refunded_fee BETWEEN 0 AND refunded_amount AND refunded_fee <= platform_fee);
UPDATE payments SET applied_amount = base_amount WHERE status = 'completed' AND merchant_amount > 0;

CREATE TABLE refunds (
  tenant_id          text        NOT NULL REFERENCES tenants (id),
  id                 text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  payment_id         text        NOT NULL,
  customer_id        text        NOT NULL,
  status             text        NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'completed')),
  amount             bigint      NOT NULL CHECK (amount > 0),
  -- Of the amount: what the platform gives back of its fee, and what the appointment is
  -- no longer paid by.
  fee_amount         bigint      NOT NULL DEFAULT 0 CHECK (fee_amount BETWEEN 0 AND amount),
  applied_amount     bigint      NOT NULL DEFAULT 0 CHECK (applied_amount BETWEEN 0 AND amount),
  currency           text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  method             text        NOT NULL DEFAULT '' CHECK (method IN ('', 'wallet', 'manual', 'gateway')),
  reason             text        NOT NULL,
  decision_note      text        NOT NULL DEFAULT '',
  requested_by       text        NOT NULL CHECK (requested_by IN ('customer', 'staff', 'system')),
  decided_by         text,
  provider_refund_id text,
  -- Who asks the provider at the moment does so until then.
  sending_until      timestamptz,
  created_at         timestamptz NOT NULL,
  decided_at         timestamptz,
  completed_at       timestamptz,
  updated_at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT refunds_decided CHECK (status = 'requested' OR decided_at IS NOT NULL),
  CONSTRAINT refunds_method CHECK (status IN ('requested', 'rejected') OR method <> ''),
  FOREIGN KEY (tenant_id, payment_id) REFERENCES payments (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);
CREATE INDEX refunds_list ON refunds (tenant_id, created_at DESC, id DESC);
CREATE INDEX refunds_payment ON refunds (tenant_id, payment_id);
CREATE INDEX refunds_under_way ON refunds (updated_at) WHERE status = 'approved';
-- A customer asks once, and again when that is decided.
CREATE UNIQUE INDEX refunds_one_request ON refunds (tenant_id, payment_id) WHERE status = 'requested';
SELECT reserva.protect('refunds');
