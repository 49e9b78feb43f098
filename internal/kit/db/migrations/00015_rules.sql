-- Rules of single rows that only the code kept, and references across tenants that
-- nothing refused.

-- +goose Up
ALTER TABLE appointment_lines ADD CONSTRAINT appointment_lines_forward CHECK (starts_at < ends_at);
ALTER TABLE appointments ADD CONSTRAINT appointments_not_overpaid CHECK (paid_amount <= total_price);
ALTER TABLE payments ADD CONSTRAINT payments_fee_not_negative CHECK (platform_fee >= 0 AND platform_fee_rate >= 0);

-- Money may be owed by the provider and the till, and by nobody else.
ALTER TABLE ledger_balances DROP CONSTRAINT ledger_balances_not_negative;
ALTER TABLE ledger_balances ADD CONSTRAINT ledger_balances_not_negative CHECK (amount >= 0 OR account IN ('gateway', 'cash'));

-- A staff member's user belongs to the same business.
ALTER TABLE staff ADD CONSTRAINT staff_user FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id);
