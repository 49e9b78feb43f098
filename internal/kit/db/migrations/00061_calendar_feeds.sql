-- Calendars that programs subscribe to: one of a staff member, one of an outlet. Who
-- has the secret of the address reads it; the secret is kept as SHA-256.

-- +goose Up
CREATE TABLE calendar_feeds (
  tenant_id    text        NOT NULL REFERENCES tenants (id),
  id           text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  staff_id     text,
  outlet_id    text,
  hash         bytea       NOT NULL CHECK (octet_length(hash) = 32),
  -- The user who made the address: it lasts no longer than their right to see what it
  -- shows. Null for the platform's own administrators.
  issued_by_id text,
  -- How many addresses it has had.
  version      bigint      NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL,
  issued_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT calendar_feeds_secret UNIQUE (tenant_id, hash),
  CONSTRAINT calendar_feeds_staff UNIQUE (tenant_id, staff_id),
  CONSTRAINT calendar_feeds_outlet UNIQUE (tenant_id, outlet_id),
  CONSTRAINT calendar_feeds_of_one CHECK (num_nonnulls(staff_id, outlet_id) = 1),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('calendar_feeds');
