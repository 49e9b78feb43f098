-- A second payment provider: Maya, which takes pesos.

-- +goose Up
-- A business may have an account of its own at each provider. At Maya the client id is the public key.
ALTER TABLE tenant_gateways ADD COLUMN provider text NOT NULL DEFAULT 'paper_id' CHECK (provider IN ('paper_id', 'maya'));
DROP INDEX tenant_gateways_current;
CREATE UNIQUE INDEX tenant_gateways_current ON tenant_gateways (tenant_id, provider) WHERE retired_at IS NULL;

-- Who collects an invoice online. The paper_ columns hold the provider's id and page, whichever it is.
ALTER TABLE invoices ADD COLUMN payment_provider text NOT NULL DEFAULT 'paper_id' CHECK (payment_provider IN ('paper_id', 'maya'));
-- When the provider's page takes no money any more, where that is not the end of the due date.
ALTER TABLE invoices ADD COLUMN page_expires_at timestamptz;
