-- What services cost, and when that changed: one row for each price that a change
-- touched, written in the transaction of the change and never afterwards.

-- +goose Up
CREATE TABLE service_price_changes (
  tenant_id    text        NOT NULL,
  id           text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  service_id   text        NOT NULL,
  kind         text        NOT NULL CHECK (kind IN ('base_price', 'outlet_override', 'promotional_price')),
  -- Whose price it is; only overrides belong to an outlet. No foreign key: the
  -- history outlives the outlet.
  outlet_id    text,
  -- Minor units; null where there was no such price before, or is none afterwards.
  old_price    bigint      CHECK (old_price >= 0),
  old_currency text        CHECK (old_currency ~ '^[A-Z]{3}$'),
  new_price    bigint      CHECK (new_price >= 0),
  new_currency text        CHECK (new_currency ~ '^[A-Z]{3}$'),
  -- Until when a promotion lasts.
  valid_until  timestamptz,
  actor_kind   text        NOT NULL,
  actor_id     text,
  changed_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  CHECK ((kind = 'outlet_override') = (outlet_id IS NOT NULL)),
  CHECK (old_price IS NOT NULL OR new_price IS NOT NULL),
  CHECK ((old_price IS NULL) = (old_currency IS NULL) AND (new_price IS NULL) = (new_currency IS NULL))
);
CREATE INDEX service_price_changes_newest ON service_price_changes (tenant_id, service_id, changed_at, id);
SELECT reserva.protect('service_price_changes');
REVOKE UPDATE, DELETE ON service_price_changes FROM reserva_app, reserva_platform;
CREATE TRIGGER service_price_changes_append_only BEFORE UPDATE OR DELETE ON service_price_changes
  FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();
