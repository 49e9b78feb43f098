-- Invoices for money that customers put into their wallets.

-- +goose Up
ALTER TABLE invoices DROP CONSTRAINT invoices_invoice_type_check;
ALTER TABLE invoices ADD CONSTRAINT invoices_invoice_type_check
  CHECK (invoice_type IN ('SUBSCRIPTION', 'APPOINTMENT', 'SETUP_FEE', 'PACKAGE', 'WALLET_TOPUP'));
CREATE INDEX invoices_topups ON invoices (tenant_id, customer_id) WHERE invoice_type = 'WALLET_TOPUP' AND status IN ('DRAFT', 'SENT', 'OVERDUE');
