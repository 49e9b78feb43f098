-- What a business has beside its profile: a platform fee of its own, an uploaded
-- logo, and its own accounts at the payment provider.

-- +goose Up
-- Parts per million, in place of the plan's; null for the plan's.
ALTER TABLE tenants ADD COLUMN platform_fee_rate int CHECK (platform_fee_rate BETWEEN 0 AND 1000000);

CREATE TABLE tenant_logos (
  tenant_id    text        PRIMARY KEY REFERENCES tenants (id),
  -- Of the bytes; part of the address, so that a new logo is not hidden by a kept one.
  digest       text        NOT NULL CHECK (digest ~ '^[0-9a-f]{16}$'),
  content_type text        NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg')),
  image        bytea       NOT NULL CHECK (octet_length(image) BETWEEN 1 AND 2097152),
  created_at   timestamptz NOT NULL
);
SELECT reserva.protect('tenant_logos');

-- Accounts are never deleted: invoices that they were asked to collect are settled
-- at the same account, also when the business has another by then.
CREATE TABLE tenant_gateways (
  tenant_id     text        NOT NULL REFERENCES tenants (id),
  id            text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  client_id     text        NOT NULL CHECK (client_id <> ''),
  -- Sealed with the server's keys.
  client_secret bytea       NOT NULL,
  is_production boolean     NOT NULL,
  enabled       boolean     NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  retired_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (retired_at IS NULL OR NOT enabled)
);
CREATE UNIQUE INDEX tenant_gateways_current ON tenant_gateways (tenant_id) WHERE retired_at IS NULL;
SELECT reserva.protect('tenant_gateways');

-- The account that an invoice is collected by; null for the platform's.
ALTER TABLE invoices ADD COLUMN gateway_id text;
ALTER TABLE invoices ADD CONSTRAINT invoices_gateway FOREIGN KEY (tenant_id, gateway_id) REFERENCES tenant_gateways (tenant_id, id);
