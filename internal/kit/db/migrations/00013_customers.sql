-- Removed customers give their addresses up, and what a customer agreed to is kept.

-- +goose Up
-- What a removed customer was reached by, given back when it is restored. The
-- columns email and phone are empty meanwhile, so that somebody else may have them.
ALTER TABLE customers ADD COLUMN former_email text;
ALTER TABLE customers ADD COLUMN former_phone text;
ALTER TABLE customers ADD CONSTRAINT customers_removed_unreachable
  CHECK (deleted_at IS NULL OR (email IS NULL AND phone IS NULL));

-- Every answer of a customer to what their data may be used for; the last counts.
CREATE TABLE customer_consents (
  tenant_id       text        NOT NULL,
  customer_id     text        NOT NULL,
  version         bigint      NOT NULL CHECK (version > 0),
  marketing       boolean     NOT NULL,
  data_processing boolean     NOT NULL,
  analytics       boolean     NOT NULL,
  address         text        NOT NULL DEFAULT '',
  user_agent      text        NOT NULL DEFAULT '',
  given_at        timestamptz NOT NULL,
  CONSTRAINT customer_consents_version PRIMARY KEY (tenant_id, customer_id, version),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);
SELECT reserva.protect('customer_consents');
REVOKE UPDATE, DELETE ON customer_consents FROM reserva_app, reserva_platform;
