-- Tenants (brands), what they pay for, and their outlets (places).

-- +goose Up
CREATE TABLE tenants (
  id                text        PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  slug              text        NOT NULL CONSTRAINT tenants_slug UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) BETWEEN 3 AND 63),
  name              text        NOT NULL,
  email             text        NOT NULL,
  phone             text        NOT NULL,
  description       text        NOT NULL DEFAULT '',
  website           text        NOT NULL DEFAULT '',
  business_type     text        NOT NULL DEFAULT 'other',
  logo_url          text,
  timezone          text        NOT NULL DEFAULT 'Asia/Jakarta',
  currency          text        NOT NULL DEFAULT 'IDR' CHECK (currency ~ '^[A-Z]{3}$'),
  settings          jsonb       NOT NULL DEFAULT '{}',
  client_partner_id text,
  is_active         boolean     NOT NULL DEFAULT true,
  deleted_at        timestamptz,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL
);
SELECT reserva.protect('tenants', 'id');

CREATE TABLE subscriptions (
  tenant_id            text        PRIMARY KEY REFERENCES tenants (id),
  id                   text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  plan                 text        NOT NULL CHECK (plan IN ('FREE', 'PRO', 'ENTERPRISE')),
  billing_period       text        NOT NULL DEFAULT 'monthly' CHECK (billing_period IN ('monthly', 'quarterly', 'yearly')),
  status               text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'trialing', 'past_due', 'cancelled', 'expired')),
  current_period_start timestamptz NOT NULL,
  current_period_end   timestamptz NOT NULL,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL
);
SELECT reserva.protect('subscriptions');

-- One counter a tenant and calendar month (in the tenant's zone). Plans without
-- a limit count nothing here.
CREATE TABLE plan_usage (
  tenant_id    text NOT NULL REFERENCES tenants (id),
  month        date       NOT NULL CHECK (extract(day FROM month) = 1),
  appointments bigint     NOT NULL CHECK (appointments >= 0),
  PRIMARY KEY (tenant_id, month)
);
SELECT reserva.protect('plan_usage');

CREATE TABLE outlets (
  tenant_id    text        NOT NULL REFERENCES tenants (id),
  id           text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  slug         text        NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name         text        NOT NULL,
  description  text        NOT NULL DEFAULT '',
  status       text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'temporarily_closed')),
  is_default   boolean     NOT NULL DEFAULT false,
  street       text        NOT NULL DEFAULT '',
  city         text        NOT NULL DEFAULT '',
  state        text        NOT NULL DEFAULT '',
  postal_code  text        NOT NULL DEFAULT '',
  country      text        NOT NULL DEFAULT '',
  phone        text        NOT NULL DEFAULT '',
  email        text        NOT NULL DEFAULT '',
  website      text        NOT NULL DEFAULT '',
  timezone     text        NOT NULL,
  -- Null until hours were given: then no opening hours are checked by the guest API.
  hours_set    boolean     NOT NULL DEFAULT false,
  settings     jsonb       NOT NULL DEFAULT '{}',
  version      bigint      NOT NULL DEFAULT 1,
  deleted_at   timestamptz,
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT outlets_slug UNIQUE (tenant_id, slug)
);
CREATE INDEX outlets_city ON outlets (city) WHERE deleted_at IS NULL AND status = 'active';
CREATE UNIQUE INDEX outlets_default ON outlets (tenant_id) WHERE is_default AND deleted_at IS NULL;
SELECT reserva.protect('outlets');

-- Weekly hours, several intervals a day; minutes of the wall clock, Monday = 0.
CREATE TABLE outlet_hours (
  tenant_id  text NOT NULL,
  outlet_id  text NOT NULL,
  day        int        NOT NULL CHECK (day BETWEEN 0 AND 6),
  opens      int        NOT NULL CHECK (opens BETWEEN 0 AND 1439),
  closes     int        NOT NULL CHECK (closes BETWEEN 1 AND 1440),
  PRIMARY KEY (tenant_id, outlet_id, day, opens),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE,
  CHECK (opens < closes)
);
SELECT reserva.protect('outlet_hours');

-- A date that differs from the week: closed (no opens), or its own hours.
CREATE TABLE outlet_special_dates (
  tenant_id  text NOT NULL,
  outlet_id  text NOT NULL,
  date       date       NOT NULL,
  position   int        NOT NULL DEFAULT 0,
  opens      int        CHECK (opens BETWEEN 0 AND 1439),
  closes     int        CHECK (closes BETWEEN 1 AND 1440),
  reason     text       NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, outlet_id, date, position),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE,
  CHECK ((opens IS NULL) = (closes IS NULL)),
  CHECK (opens IS NULL OR opens < closes)
);
SELECT reserva.protect('outlet_special_dates');
-- Public requests name an outlet without its tenant.
CREATE UNIQUE INDEX outlets_id ON outlets (id);
