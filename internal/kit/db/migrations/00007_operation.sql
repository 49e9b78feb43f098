-- What the server itself needs: messages to send, answers to repeat, and the log
-- of who did what.

-- +goose Up
CREATE TABLE messages (
  tenant_id  text        NOT NULL REFERENCES tenants (id),
  id         text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  channel    text        NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient  text        NOT NULL,
  subject    text        NOT NULL DEFAULT '',
  body_text  text        NOT NULL,
  body_html  text        NOT NULL DEFAULT '',
  -- The same cause is told once.
  reference  text        NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  failure    text        NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT messages_once UNIQUE (tenant_id, reference)
);
CREATE INDEX messages_newest ON messages (created_at DESC, id DESC);
SELECT reserva.protect('messages');

-- The claim is written in the transaction of the change it protects; the answer
-- follows once it is known. Platform-wide operations use a tenant of zeros.
CREATE TABLE idempotency_keys (
  tenant_id  text        NOT NULL,
  scope      text        NOT NULL,
  key        text        NOT NULL,
  body_hash  bytea       NOT NULL,
  status     int,
  header     jsonb,
  body       bytea,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_once PRIMARY KEY (tenant_id, scope, key)
);
CREATE INDEX idempotency_keys_scope ON idempotency_keys (scope, key);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
SELECT reserva.protect('idempotency_keys');

CREATE TABLE audit_log (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  id          bigint      GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL,
  actor_kind  text        NOT NULL CHECK (actor_kind IN ('staff', 'customer', 'visitor', 'system')),
  actor_id    text,
  action      text        NOT NULL,
  object_kind text        NOT NULL,
  object_id   text        NOT NULL,
  old         jsonb,
  new         jsonb,
  address     text        NOT NULL DEFAULT '',
  request_id  text        NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_log_object ON audit_log (tenant_id, object_id);
SELECT reserva.protect('audit_log');
REVOKE UPDATE, DELETE ON audit_log FROM reserva_app, reserva_platform;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();
