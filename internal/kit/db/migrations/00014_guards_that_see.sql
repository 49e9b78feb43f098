-- The guard of covered seats holds against three ways around it: a transaction that
-- lets go of its tenant before COMMIT, two transactions that each see the other's
-- rows as they were, and a session that says it is busy at another time than it runs.

-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION reserva.check_covered() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- Who does not see the tenant sees no rows of it, and could judge nothing.
  IF NOT EXISTS (SELECT 1 FROM tenants WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END) THEN
    RAISE EXCEPTION 'the tenant of the session is out of sight'
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
  -- A seat's foreign key holds its session until the end of its transaction: who
  -- takes time away waits for that here, and sees the seat.
  IF TG_TABLE_NAME = 'occupancies' THEN
    PERFORM 1 FROM sessions
    WHERE tenant_id = OLD.tenant_id AND id = OLD.session_id
    FOR UPDATE;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.session_id IS NOT NULL THEN
    PERFORM reserva.require_covered(NEW.tenant_id, NEW.session_id);
  END IF;
  IF TG_OP = 'DELETE'
     OR TG_OP = 'UPDATE' AND (OLD.tenant_id, OLD.session_id) IS DISTINCT FROM (NEW.tenant_id, NEW.session_id) THEN
    PERFORM reserva.require_covered(OLD.tenant_id, OLD.session_id);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- When a hold ends is not what a session needs.
DROP TRIGGER occupancies_covered ON occupancies;
CREATE CONSTRAINT TRIGGER occupancies_covered
  AFTER DELETE OR UPDATE OF tenant_id, subject_key, busy_from, busy_to, session_id ON occupancies
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_covered();

ALTER TABLE sessions ADD CONSTRAINT sessions_busy_within CHECK (busy <@ tstzmultirange(tstzrange(starts_at, ends_at)));

-- Who belongs to a tenant is decided on the platform: a tenant that could write it
-- would see any user. Nobody in a tenant needs what a password was hashed to.
REVOKE INSERT, UPDATE, DELETE ON memberships FROM reserva_app;
REVOKE SELECT ON users FROM reserva_app;
GRANT SELECT (id, email, email_verified, first_name, last_name, phone, avatar_url, must_change_password, is_super_admin,
  is_active, last_login, deleted_at, created_at, updated_at) ON users TO reserva_app;
