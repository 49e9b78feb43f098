-- The platform's fee: what the operator set for a plan, and for a business for a
-- while.

-- +goose Up
-- Of the platform: a plan that is not here has the documented rate.
CREATE TABLE plan_fees (
  plan         text        PRIMARY KEY CHECK (plan IN ('FREE', 'PRO', 'ENTERPRISE')),
  enabled      boolean     NOT NULL,
  -- Parts per million.
  rate         int         NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
  -- Minor units of the currency, for payments in it.
  min_fee      bigint      CHECK (min_fee >= 0),
  max_fee      bigint      CHECK (max_fee >= 0),
  currency     text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  -- Kinds of payments that are free of it.
  exempt_types text[]      NOT NULL,
  updated_at   timestamptz NOT NULL,
  CHECK (min_fee <= max_fee)
);
ALTER TABLE plan_fees ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_fees FORCE ROW LEVEL SECURITY;
CREATE POLICY read ON plan_fees FOR SELECT TO reserva_app USING (true);
CREATE POLICY platform ON plan_fees TO reserva_platform USING (true) WITH CHECK (true);
GRANT SELECT ON plan_fees TO reserva_app;
GRANT SELECT, INSERT, UPDATE ON plan_fees TO reserva_platform;

-- What is set for one business instead of its plan's rate.
ALTER TABLE tenants ADD COLUMN platform_fee_mode text CHECK (platform_fee_mode IN ('customer', 'merchant'));
ALTER TABLE tenants ADD COLUMN platform_fee_from timestamptz;
ALTER TABLE tenants ADD COLUMN platform_fee_until timestamptz;
ALTER TABLE tenants ADD COLUMN platform_fee_reason text NOT NULL DEFAULT '';
ALTER TABLE tenants ADD CONSTRAINT tenants_fee_times CHECK (platform_fee_from < platform_fee_until);
ALTER TABLE tenants ADD CONSTRAINT tenants_fee_override CHECK (
  platform_fee_rate IS NOT NULL OR (platform_fee_mode IS NULL AND platform_fee_from IS NULL AND platform_fee_until IS NULL));
