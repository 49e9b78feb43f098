-- Rooms, chairs and machines. Each unit is a subject like a staff member, so that
-- the exclusion constraint keeps it from two sessions at once.

-- +goose Up
ALTER TABLE subjects DROP CONSTRAINT subjects_kind_check;
ALTER TABLE subjects ADD CONSTRAINT subjects_kind_check CHECK (kind IN ('staff', 'unit', 'resource'));

-- What an outlet has of a kind. Services name kinds, so that one service can be
-- given at outlets that have different rooms.
CREATE TABLE resources (
  tenant_id  text        NOT NULL REFERENCES tenants (id),
  id         text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  outlet_id  text        NOT NULL,
  kind       text        NOT NULL CHECK (kind ~ '^[a-z0-9]+(_[a-z0-9]+)*$' AND length(kind) <= 40),
  name       text        NOT NULL,
  is_active  boolean     NOT NULL DEFAULT true,
  version    bigint      NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id)
);
CREATE INDEX resources_kind ON resources (tenant_id, outlet_id, kind) WHERE deleted_at IS NULL;
SELECT reserva.protect('resources');

-- The single units, by number. One that is not needed any more is retired, and comes
-- back when the quantity grows.
CREATE TABLE resource_units (
  tenant_id   text        NOT NULL,
  resource_id text        NOT NULL,
  number      int         NOT NULL CHECK (number > 0),
  subject_key bigint      NOT NULL,
  retired_at  timestamptz,
  PRIMARY KEY (tenant_id, resource_id, number),
  CONSTRAINT resource_units_subject UNIQUE (tenant_id, subject_key),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, subject_key) REFERENCES subjects (tenant_id, key)
);
SELECT reserva.protect('resource_units');

-- What a service needs: [{"kind": "room", "quantity": 1}], each kind once.
ALTER TABLE services ADD COLUMN required_resources jsonb NOT NULL DEFAULT '[]';

-- The subjects of a session that it has to itself from beginning to end, also while
-- the staff member is free in a processing gap.
ALTER TABLE sessions ADD COLUMN resource_keys bigint[] NOT NULL DEFAULT '{}';

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION reserva.require_covered(the_tenant text, the_session text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
       SELECT 1
       FROM sessions s
       CROSS JOIN LATERAL (
         SELECT k.key, s.busy AS needed FROM unnest(s.subject_keys) AS k (key)
         UNION ALL
         SELECT k.key, tstzmultirange(tstzrange(s.starts_at, s.ends_at)) FROM unnest(s.resource_keys) AS k (key)) AS n
       WHERE s.tenant_id = the_tenant AND s.id = the_session
         AND NOT n.needed <@ coalesce((
           SELECT range_agg(tstzrange(o.busy_from, o.busy_to))
           FROM occupancies o
           WHERE o.tenant_id = the_tenant AND o.session_id = the_session AND o.subject_key = n.key), '{}'::tstzmultirange))
     AND EXISTS (
       SELECT 1 FROM appointment_lines l
       WHERE l.tenant_id = the_tenant AND l.session_id = the_session AND l.seat IS NOT NULL) THEN
    RAISE EXCEPTION 'session % has seats but its occupancies do not cover it', the_session
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
END
$$;
-- +goose StatementEnd
