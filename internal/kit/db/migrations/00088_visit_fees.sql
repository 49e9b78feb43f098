-- What customers owe for visits that they missed or cancelled too late, as was promised
-- when they booked. Amounts are minor units.

-- +goose Up
CREATE TABLE visit_fees (
  tenant_id      text        NOT NULL REFERENCES tenants (id),
  id             text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  appointment_id text        NOT NULL,
  customer_id    text        NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('no_show', 'late_cancellation')),
  amount         bigint      NOT NULL CHECK (amount > 0),
  -- Of the amount, what was paid before and is kept; the rest is on the invoice.
  kept_amount    bigint      NOT NULL CHECK (kept_amount BETWEEN 0 AND amount),
  currency       text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  invoice_id     text,
  waived_at      timestamptz,
  waived_by      text,
  waive_reason   text        NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT visit_fees_once UNIQUE (tenant_id, appointment_id),
  CONSTRAINT visit_fees_invoiced CHECK ((invoice_id IS NULL) = (kept_amount = amount)),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices (tenant_id, id)
);
CREATE INDEX visit_fees_list ON visit_fees (tenant_id, created_at DESC, id DESC);
SELECT reserva.protect('visit_fees');
