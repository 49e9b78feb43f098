-- When the provider was last asked about a payment: whom nobody asked about for longest
-- comes first, and many who look at one payment have the provider asked once.

-- +goose Up
ALTER TABLE payments ADD COLUMN asked_at timestamptz;
-- The payment of an invoice, which each settlement looks for.
CREATE INDEX payments_invoice ON payments (tenant_id, invoice_id);
-- The invoices of an appointment, ended ones as well, which each look at it reads.
CREATE INDEX invoices_appointment ON invoices (tenant_id, appointment_id, created_at DESC) WHERE appointment_id IS NOT NULL;
