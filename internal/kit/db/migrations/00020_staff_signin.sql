-- Passwords of staff users that are forgotten, their devices in all tenants, and
-- mail to people who belong to no tenant.

-- +goose Up
-- Asked for by the address that was typed, whether or not anybody has it, so that
-- neither counts nor waiting times tell who has an account. Kept as SHA-256.
CREATE TABLE password_resets (
  hash       bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
  email      text        NOT NULL CHECK (email = lower(email)),
  user_id    text        REFERENCES users (id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX password_resets_email ON password_resets (email, created_at);
CREATE INDEX password_resets_user ON password_resets (user_id) WHERE user_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO reserva_platform;

-- A user has devices in several tenants, a super admin in any.
CREATE INDEX logins_of_user ON logins (subject_id) WHERE audience = 'staff' AND revoked_at IS NULL;

-- What is sent to a user is no tenant's to read: it is kept under the tenant of
-- zeros, which does not exist, so that row-level security hides it from all.
ALTER TABLE messages DROP CONSTRAINT messages_tenant_id_fkey;
