-- The audit log as a chain: each entry gets a seal that covers it and the seal
-- before it, so that a row which was changed, removed or inserted around the
-- product is found. A job seals what is committed; changes never wait for it.

-- +goose Up
-- What is committed and has no seal yet. An entry is written together with its row
-- here, and sealed together with its row's end: in any snapshot it is either here
-- or in audit_seals, and one that is in neither was not written by the product.
CREATE TABLE audit_unsealed (
  tenant_id text   NOT NULL REFERENCES tenants (id),
  entry     bigint NOT NULL,
  PRIMARY KEY (tenant_id, entry)
);
SELECT reserva.protect('audit_unsealed');
REVOKE UPDATE, DELETE ON audit_unsealed FROM reserva_app;
REVOKE UPDATE ON audit_unsealed FROM reserva_platform;

-- Seals number the entries of a tenant from 1, without gaps, in the order of
-- sealing: an entry that commits late has a smaller id than ones that are sealed.
-- There is no foreign key to audit_log: it would lock, and so rewrite, each entry.
CREATE TABLE audit_seals (
  tenant_id text        NOT NULL REFERENCES tenants (id),
  seal      bigint      NOT NULL CHECK (seal > 0),
  entry     bigint      NOT NULL,
  digest    bytea       NOT NULL CHECK (octet_length(digest) = 32),
  sealed_at timestamptz NOT NULL,
  -- When all that the tenant had committed was last seen to be sealed. Null where it
  -- never was before.
  since     timestamptz,
  PRIMARY KEY (tenant_id, seal),
  CONSTRAINT audit_seals_entry UNIQUE (tenant_id, entry)
);
SELECT reserva.protect('audit_seals');
REVOKE INSERT, UPDATE, DELETE ON audit_seals FROM reserva_app;
REVOKE UPDATE, DELETE ON audit_seals FROM reserva_platform;
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

-- The newest seal of each tenant, so that the removal of the last ones is found.
CREATE TABLE audit_heads (
  tenant_id  text        PRIMARY KEY REFERENCES tenants (id),
  seals      bigint      NOT NULL CHECK (seals > 0),
  digest     bytea       NOT NULL CHECK (octet_length(digest) = 32),
  sealed_at  timestamptz NOT NULL,
  drained_at timestamptz
);
SELECT reserva.protect('audit_heads');
REVOKE INSERT, UPDATE, DELETE ON audit_heads FROM reserva_app;
REVOKE DELETE ON audit_heads FROM reserva_platform;

-- +goose StatementBegin
CREATE FUNCTION reserva.audit_head_grows() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tenant_id <> OLD.tenant_id OR NEW.seals <= OLD.seals THEN
    RAISE EXCEPTION 'the head of a chain only grows' USING ERRCODE = 'RV002', CONSTRAINT = 'audit_heads_grow';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_heads_grow BEFORE UPDATE ON audit_heads
  FOR EACH ROW EXECUTE FUNCTION reserva.audit_head_grows();
CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

-- Nobody but the owner may truncate; the owner does not by mistake.
CREATE TRIGGER audit_log_never_emptied BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();
CREATE TRIGGER audit_seals_never_emptied BEFORE TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();
CREATE TRIGGER audit_heads_never_emptied BEFORE TRUNCATE ON audit_heads
  FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();

-- What was logged so far is to be sealed as well. The owner of the tables may stand
-- under their policies; the platform sees all rows.
SET LOCAL ROLE reserva_platform;
INSERT INTO audit_unsealed (tenant_id, entry) SELECT tenant_id, id FROM audit_log;
RESET ROLE;

-- The lists of the log, newest first: of a tenant, an actor, an action. The last
-- entry of an object before a moment is found by the id, which entries of one
-- object get in the order of their changes.
CREATE INDEX audit_log_newest ON audit_log (tenant_id, at, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_action ON audit_log (tenant_id, action, at, id);
CREATE INDEX audit_log_of_object ON audit_log (tenant_id, object_id, id);
DROP INDEX audit_log_object;
