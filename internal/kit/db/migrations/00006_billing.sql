-- Money: a double-entry ledger, invoices, payments, and what providers told us.
-- All amounts are minor units of the currency beside them.

-- +goose Up
-- A movement is a balanced set of entries; both are written once.
CREATE TABLE ledger_movements (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  id          text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  kind        text        NOT NULL CHECK (kind IN ('charge', 'fee', 'refund', 'wallet', 'withdrawal', 'adjustment')),
  -- What caused it; the same cause moves money once.
  reference   text        NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT ledger_movements_once UNIQUE (tenant_id, kind, reference)
);
SELECT reserva.protect('ledger_movements');
REVOKE UPDATE, DELETE ON ledger_movements FROM reserva_app, reserva_platform;

CREATE TABLE ledger_entries (
  tenant_id   text NOT NULL,
  movement_id text NOT NULL,
  position    int        NOT NULL,
  account     text       NOT NULL,
  currency    text       NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  -- Positive to the account, negative from it.
  amount      bigint     NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (tenant_id, movement_id, position),
  FOREIGN KEY (tenant_id, movement_id) REFERENCES ledger_movements (tenant_id, id)
);
CREATE INDEX ledger_entries_account ON ledger_entries (tenant_id, account, currency);
SELECT reserva.protect('ledger_entries');
REVOKE UPDATE, DELETE ON ledger_entries FROM reserva_app, reserva_platform;

CREATE TRIGGER ledger_movements_append_only BEFORE UPDATE OR DELETE ON ledger_movements
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

-- +goose StatementBegin
CREATE FUNCTION reserva.check_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  the_movement text;
BEGIN
  IF TG_TABLE_NAME = 'ledger_movements' THEN
    the_movement := NEW.id;
  ELSE
    the_movement := NEW.movement_id;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.tenant_id = NEW.tenant_id AND e.movement_id = the_movement)
     OR EXISTS (
       SELECT 1 FROM ledger_entries e
       WHERE e.tenant_id = NEW.tenant_id AND e.movement_id = the_movement
       GROUP BY e.currency HAVING sum(e.amount) <> 0) THEN
    RAISE EXCEPTION 'ledger movement % does not balance', the_movement
      USING ERRCODE = 'RV004', CONSTRAINT = 'ledger_balanced';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER movements_balanced AFTER INSERT ON ledger_movements
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_balanced();
CREATE CONSTRAINT TRIGGER entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_balanced();

-- Sums of the entries, kept beside them and checked against them.
CREATE TABLE ledger_balances (
  tenant_id text NOT NULL REFERENCES tenants (id),
  account   text       NOT NULL,
  currency  text       NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount    bigint     NOT NULL,
  PRIMARY KEY (tenant_id, account, currency),
  CONSTRAINT ledger_balances_not_negative CHECK (amount >= 0 OR account IN ('gateway', 'cash', 'customers'))
);
SELECT reserva.protect('ledger_balances');

-- The gap-free numbers of invoices, one counter a tenant and year.
CREATE TABLE invoice_counters (
  tenant_id text NOT NULL REFERENCES tenants (id),
  year      int        NOT NULL,
  last      bigint     NOT NULL,
  PRIMARY KEY (tenant_id, year)
);
SELECT reserva.protect('invoice_counters');

CREATE TABLE invoices (
  tenant_id         text        NOT NULL REFERENCES tenants (id),
  id                text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  invoice_number    text        NOT NULL,
  -- The number told to the provider: unique for ever.
  provider_number   text        NOT NULL,
  invoice_type      text        NOT NULL CHECK (invoice_type IN ('SUBSCRIPTION', 'APPOINTMENT', 'SETUP_FEE', 'PACKAGE')),
  status            text        NOT NULL CHECK (status IN ('DRAFT', 'SENT', 'PAID', 'OVERDUE', 'CANCELLED')),
  customer_id       text,
  appointment_id    text,
  line_items        jsonb       NOT NULL DEFAULT '[]',
  currency          text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  subtotal          bigint      NOT NULL CHECK (subtotal >= 0),
  tax_amount        bigint      NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
  discount_amount   bigint      NOT NULL DEFAULT 0 CHECK (discount_amount >= 0),
  platform_fee      bigint      NOT NULL DEFAULT 0 CHECK (platform_fee >= 0),
  -- Parts per million.
  platform_fee_rate int         NOT NULL DEFAULT 0,
  total_amount      bigint      NOT NULL CHECK (total_amount >= 0),
  amount_paid       bigint      NOT NULL DEFAULT 0 CHECK (amount_paid >= 0),
  issue_date        date        NOT NULL,
  due_date          date        NOT NULL,
  paid_at           timestamptz,
  paper_invoice_id  text,
  paper_invoice_url text,
  paper_pdf_url     text,
  paper_payment_url text,
  notes             text        NOT NULL DEFAULT '',
  metadata          jsonb       NOT NULL DEFAULT '{}',
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoices_number UNIQUE (tenant_id, invoice_number),
  CONSTRAINT invoices_provider_number UNIQUE (provider_number),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id)
);
CREATE INDEX invoices_paper_id ON invoices (paper_invoice_id) WHERE paper_invoice_id IS NOT NULL;
CREATE INDEX invoices_list ON invoices (tenant_id, created_at DESC);
-- One open invoice an appointment: a second payment link is refused here too.
CREATE UNIQUE INDEX invoices_one_open ON invoices (tenant_id, appointment_id) WHERE status IN ('DRAFT', 'SENT', 'OVERDUE') AND appointment_id IS NOT NULL;
SELECT reserva.protect('invoices');

CREATE TABLE payments (
  tenant_id           text        NOT NULL REFERENCES tenants (id),
  id                  text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  payment_type        text        NOT NULL CHECK (payment_type IN ('appointment', 'package', 'subscription', 'wallet_topup', 'refund', 'setup_fee')),
  status              text        NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'cancelled', 'refunded', 'needs_review')),
  invoice_id          text,
  appointment_id      text,
  customer_id         text,
  reference_id        text        NOT NULL,
  description         text        NOT NULL DEFAULT '',
  currency            text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  base_amount         bigint      NOT NULL CHECK (base_amount >= 0),
  platform_fee        bigint      NOT NULL DEFAULT 0,
  platform_fee_rate   int         NOT NULL DEFAULT 0,
  total_amount        bigint      NOT NULL CHECK (total_amount >= 0),
  merchant_amount     bigint      NOT NULL CHECK (merchant_amount >= 0),
  payment_method      text        NOT NULL DEFAULT '',
  payment_channel     text        NOT NULL DEFAULT '',
  payment_provider    text        NOT NULL DEFAULT 'manual' CHECK (payment_provider IN ('manual', 'paper_id', 'maya')),
  provider_payment_id text,
  recorded_by         text,
  receipt_number      text        NOT NULL DEFAULT '',
  notes               text        NOT NULL DEFAULT '',
  failure_reason      text        NOT NULL DEFAULT '',
  paid_at             timestamptz,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT payments_reference UNIQUE (tenant_id, reference_id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);
CREATE INDEX payments_list ON payments (tenant_id, created_at DESC);
CREATE INDEX payments_appointment ON payments (tenant_id, appointment_id);
CREATE INDEX payments_pending ON payments (created_at) WHERE status = 'pending' AND payment_provider <> 'manual';
SELECT reserva.protect('payments');

-- Callbacks as they came, stored once. The tenant is known only after routing.
CREATE TABLE webhook_events (
  id           text        PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  provider     text        NOT NULL,
  kind         text        NOT NULL,
  event_key    text        NOT NULL CONSTRAINT webhook_events_once UNIQUE,
  route        text        NOT NULL,
  tenant_id    text,
  body         bytea       NOT NULL,
  headers      jsonb       NOT NULL,
  outcome      text        NOT NULL DEFAULT '',
  received_at  timestamptz NOT NULL,
  processed_at timestamptz
);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
CREATE POLICY platform ON webhook_events TO reserva_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON webhook_events TO reserva_platform;
