-- Members of a tenant are managed: where each works, as what, and that one was removed.

-- +goose Up
-- A removed member keeps the row, for the records that name it and to be brought back.
ALTER TABLE memberships
  ADD COLUMN position        text NOT NULL DEFAULT '',
  ADD COLUMN employment_type text CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'freelance', 'intern')),
  ADD COLUMN changed_at      timestamptz,
  ADD COLUMN deleted_at      timestamptz,
  ADD CONSTRAINT memberships_removed_inactive CHECK (deleted_at IS NULL OR NOT is_active);

-- Where members work; none for tenant admins, who have every outlet.
CREATE TABLE membership_outlets (
  tenant_id text NOT NULL,
  user_id   text NOT NULL,
  outlet_id text NOT NULL,
  PRIMARY KEY (tenant_id, user_id, outlet_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX membership_outlets_outlet ON membership_outlets (tenant_id, outlet_id);
SELECT reserva.protect('membership_outlets');
-- As with memberships, who belongs where is decided on the platform.
REVOKE INSERT, UPDATE, DELETE ON membership_outlets FROM reserva_app;

-- The owner of the tables sees no rows, unless it is a superuser.
SET ROLE reserva_platform;
INSERT INTO membership_outlets (tenant_id, user_id, outlet_id)
SELECT DISTINCT m.tenant_id, m.user_id, o.id
FROM memberships m
JOIN outlets o ON o.tenant_id = m.tenant_id AND o.id = ANY (m.outlet_ids);
RESET ROLE;
ALTER TABLE memberships DROP COLUMN outlet_ids;

-- Somebody who belongs nowhere any more gives the address free.
ALTER TABLE users DROP CONSTRAINT users_email;
CREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;
