-- Roles, and the small functions that every later migration uses.

-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  -- Roles belong to the whole cluster: another database, or another server
  -- migrating at this moment, may have made them already.
  BEGIN
    CREATE ROLE reserva_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END;
  BEGIN
    CREATE ROLE reserva_platform NOLOGIN NOSUPERUSER NOBYPASSRLS;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END;
  BEGIN
    EXECUTE format('GRANT reserva_app, reserva_platform TO %I', current_user);
  EXCEPTION WHEN unique_violation OR insufficient_privilege THEN
    -- Somebody is granting it at this moment, or has made the roles and has to.
    NULL;
  END;
END
$$;
-- +goose StatementEnd

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA reserva;
GRANT USAGE ON SCHEMA reserva, public TO reserva_app, reserva_platform;

-- tenant is the tenant of the transaction, or null where none was set.
-- +goose StatementBegin
CREATE FUNCTION reserva.tenant() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('reserva.tenant', true), '');
-- +goose StatementEnd

-- protect puts a table under row-level security: the application role sees and
-- writes only rows of the transaction's tenant, the platform role all of them,
-- and nobody else any.
-- +goose StatementBegin
CREATE FUNCTION reserva.protect(target regclass, tenant_column text DEFAULT 'tenant_id') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant ON %s TO reserva_app
       USING (%2$I = current_setting(''reserva.tenant'', true))
       WITH CHECK (%2$I = current_setting(''reserva.tenant'', true))', target, tenant_column);
  EXECUTE format('CREATE POLICY platform ON %s TO reserva_platform USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO reserva_app, reserva_platform', target);
END
$$;
-- +goose StatementEnd

-- expect raises when a statement changed another number of rows than it had to,
-- so that a batch which ends in COMMIT cannot commit half. The name travels in
-- the error's constraint field.
-- +goose StatementBegin
CREATE FUNCTION reserva.expect(got bigint, wanted bigint, name text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF got IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION 'expected % rows, got %', wanted, got USING ERRCODE = 'RV001', CONSTRAINT = name;
  END IF;
  RETURN true;
END
$$;
-- +goose StatementEnd

-- refuse_change is the trigger of rows that are written once.
-- +goose StatementBegin
CREATE FUNCTION reserva.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'RV002', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;
-- +goose StatementEnd

