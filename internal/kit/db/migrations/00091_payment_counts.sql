-- How many payments a tenant has, kept beside them: counting a million takes longer than
-- showing the first page of them.

-- +goose Up

-- What was added to, or taken from, the payments of a day, type and state. Rows are only
-- added, so that no payment waits for another; a job folds those of one key into one. The
-- count is their sum, at any moment.
CREATE TABLE payment_counts (
  tenant_id    text    NOT NULL REFERENCES tenants (id),
  -- Of creation, in UTC.
  day          date    NOT NULL,
  payment_type text    NOT NULL,
  status       text    NOT NULL,
  n            bigint  NOT NULL,
  folded       boolean NOT NULL DEFAULT false
);
CREATE INDEX payment_counts_key ON payment_counts (tenant_id, day) INCLUDE (payment_type, status, n);
CREATE INDEX payment_counts_loose ON payment_counts (tenant_id, day) WHERE NOT folded;
SELECT reserva.protect('payment_counts');

-- Whoever migrates sees no rows by itself.
SET LOCAL ROLE reserva_platform;
INSERT INTO payment_counts (tenant_id, day, payment_type, status, n, folded)
SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, count(*), true
FROM payments
GROUP BY 1, 2, 3, 4;
RESET ROLE;

-- +goose StatementBegin
CREATE FUNCTION reserva.count_payments() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, count(*)
    FROM come
    GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, -count(*)
    FROM gone
    GROUP BY 1, 2, 3, 4;
  ELSE
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, sum(change)
    FROM (
      SELECT tenant_id, created_at, payment_type, status, -1 AS change FROM gone
      UNION ALL
      SELECT tenant_id, created_at, payment_type, status, 1 FROM come
    ) changes
    GROUP BY 1, 2, 3, 4
    HAVING sum(change) <> 0;
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER payments_counted_insert AFTER INSERT ON payments
  REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();
CREATE TRIGGER payments_counted_update AFTER UPDATE ON payments
  REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();
CREATE TRIGGER payments_counted_delete AFTER DELETE ON payments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();

-- The pages of the history, newest first: all, of a state, of a type, of a customer.
DROP INDEX payments_list;
CREATE INDEX payments_list ON payments (tenant_id, created_at DESC, id DESC);
CREATE INDEX payments_list_status ON payments (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX payments_list_type ON payments (tenant_id, payment_type, created_at DESC, id DESC);
CREATE INDEX payments_list_customer ON payments (tenant_id, customer_id, created_at DESC, id DESC);
