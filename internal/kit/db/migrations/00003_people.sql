-- Users of the staff portal, customers, and how both sign in.

-- +goose Up
-- A user may belong to several tenants; the e-mail address is unique across all.
CREATE TABLE users (
  id                   text        PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  email                text        NOT NULL CONSTRAINT users_email UNIQUE CHECK (email = lower(email)),
  email_verified       boolean     NOT NULL DEFAULT false,
  first_name           text        NOT NULL DEFAULT '',
  last_name            text        NOT NULL DEFAULT '',
  phone                text        NOT NULL DEFAULT '',
  avatar_url           text,
  password_hash        text        NOT NULL,
  must_change_password boolean     NOT NULL DEFAULT false,
  is_super_admin       boolean     NOT NULL DEFAULT false,
  is_active            boolean     NOT NULL DEFAULT true,
  last_login           timestamptz,
  deleted_at           timestamptz,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL
);

CREATE TABLE memberships (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  user_id     text        NOT NULL REFERENCES users (id),
  role        text        NOT NULL CHECK (role IN ('tenant_admin', 'outlet_manager', 'receptionist', 'staff')),
  -- Empty for tenant admins, who have every outlet.
  outlet_ids  text[]      NOT NULL DEFAULT '{}',
  is_active   boolean     NOT NULL DEFAULT true,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
SELECT reserva.protect('memberships');

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY member ON users TO reserva_app
  USING (EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = users.id AND m.tenant_id = current_setting('reserva.tenant', true)));
CREATE POLICY platform ON users TO reserva_platform USING (true) WITH CHECK (true);
GRANT SELECT ON users TO reserva_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO reserva_platform;

CREATE TABLE customers (
  tenant_id          text        NOT NULL REFERENCES tenants (id),
  id                 text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  email              text        CHECK (email = lower(email)),
  phone              text        CHECK (phone ~ '^\+[0-9]{4,20}$'),
  email_verified     boolean     NOT NULL DEFAULT false,
  phone_verified     boolean     NOT NULL DEFAULT false,
  first_name         text        NOT NULL,
  middle_name        text        NOT NULL DEFAULT '',
  last_name          text        NOT NULL,
  date_of_birth      date,
  gender             text        CHECK (gender IN ('male', 'female', 'other', 'prefer_not_to_say')),
  address            jsonb       NOT NULL DEFAULT '{}',
  notes              text        NOT NULL DEFAULT '',
  tags               text[]      NOT NULL DEFAULT '{}',
  source             text        NOT NULL CHECK (source IN ('website', 'staff_portal', 'walk_in', 'import', 'mobile_app', 'guest_booking')),
  is_guest           boolean     NOT NULL DEFAULT false,
  password_hash      text,
  -- A password typed by a guest counts only once the mailbox is proven.
  pending_password   text,
  preferences        jsonb       NOT NULL DEFAULT '{}',
  marketing_consent  boolean     NOT NULL DEFAULT false,
  loyalty_points     bigint      NOT NULL DEFAULT 0 CHECK (loyalty_points >= 0),
  is_active          boolean     NOT NULL DEFAULT true,
  last_login         timestamptz,
  version            bigint      NOT NULL DEFAULT 1,
  deleted_at         timestamptz,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT customers_email UNIQUE (tenant_id, email),
  CONSTRAINT customers_phone UNIQUE (tenant_id, phone)
);
-- Central sign-in asks for one address over all tenants.
CREATE INDEX customers_by_email ON customers (email) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_phone ON customers (phone) WHERE deleted_at IS NULL;
SELECT reserva.protect('customers');

-- A login is one signed-in device of a user or a customer: a family of refresh
-- tokens of which one at a time is unspent.
CREATE TABLE logins (
  tenant_id    text        NOT NULL REFERENCES tenants (id),
  id           text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  audience     text        NOT NULL CHECK (audience IN ('staff', 'customer')),
  subject_id   text        NOT NULL,
  device       text        NOT NULL DEFAULT '',
  address      text        NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  revoked_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX logins_subject ON logins (tenant_id, audience, subject_id);
SELECT reserva.protect('logins');

CREATE TABLE refresh_tokens (
  tenant_id  text        NOT NULL,
  hash       bytea       NOT NULL,
  login_id   text        NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  spent_at   timestamptz,
  PRIMARY KEY (tenant_id, hash),
  FOREIGN KEY (tenant_id, login_id) REFERENCES logins (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_login ON refresh_tokens (tenant_id, login_id);
SELECT reserva.protect('refresh_tokens');

-- Six-digit codes sent by mail or SMS; kept as HMAC.
CREATE TABLE one_time_codes (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  id          text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  purpose     text        NOT NULL,
  subject_id  text        NOT NULL,
  channel     text        NOT NULL CHECK (channel IN ('email', 'sms')),
  hash        bytea       NOT NULL,
  attempts    int         NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX one_time_codes_subject ON one_time_codes (tenant_id, purpose, subject_id, created_at);
SELECT reserva.protect('one_time_codes');

-- Failed sign-ins by the address that was typed, whether or not it exists.
CREATE TABLE signin_failures (
  audience   text        NOT NULL CHECK (audience IN ('staff', 'customer')),
  scope      text        NOT NULL,
  identifier text        NOT NULL,
  failures   int         NOT NULL,
  first_at   timestamptz NOT NULL,
  locked_until timestamptz,
  PRIMARY KEY (audience, scope, identifier)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON signin_failures TO reserva_platform;

-- Tokens that may be used once (choice of a tenant after sign-in).
CREATE TABLE spent_tokens (
  jti        text        PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON spent_tokens TO reserva_platform;
