-- Which accounts may fall below zero, and entries in the order of time.

-- +goose Up
-- The outside world gives what comes in; the tax that is shown beside the takings
-- has an opposite.
ALTER TABLE ledger_balances DROP CONSTRAINT ledger_balances_not_negative;
ALTER TABLE ledger_balances ADD CONSTRAINT ledger_balances_not_negative
  CHECK (amount >= 0 OR account IN ('gateway', 'cash', 'taxed'));

-- A movement's id begins with its time, so the newest entries of an account are
-- found without the rest.
CREATE INDEX ledger_entries_newest ON ledger_entries (tenant_id, account, currency, movement_id) INCLUDE (amount);
DROP INDEX ledger_entries_account;
