-- What merchants are paid out: their bank accounts, the codes that confirm, and the
-- withdrawals.

-- +goose Up
CREATE TABLE bank_accounts (
  tenant_id      text        NOT NULL REFERENCES tenants (id),
  id             text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  bank_code      text        NOT NULL,
  bank_name      text        NOT NULL,
  holder         text        NOT NULL,
  -- Sealed with the server's keys.
  account_number bytea       NOT NULL,
  last_four      text        NOT NULL CHECK (length(last_four) <= 4),
  is_default     boolean     NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  -- Withdrawals keep naming an account that was removed.
  removed_at     timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (removed_at IS NULL OR NOT is_default)
);
CREATE UNIQUE INDEX bank_accounts_default ON bank_accounts (tenant_id) WHERE is_default;
SELECT reserva.protect('bank_accounts');

CREATE TABLE withdrawal_codes (
  tenant_id  text        NOT NULL REFERENCES tenants (id),
  -- The token that is told to who asked for the code.
  id         text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  user_id    text        NOT NULL REFERENCES users (id),
  purpose    text        NOT NULL CHECK (purpose IN ('withdrawal', 'create_bank_account', 'update_bank_account')),
  -- Of the code with its purpose, its user and what it confirms.
  hash       bytea       NOT NULL,
  attempts   int         NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX withdrawal_codes_user ON withdrawal_codes (tenant_id, user_id, created_at);
SELECT reserva.protect('withdrawal_codes');

CREATE TABLE withdrawals (
  tenant_id       text        NOT NULL REFERENCES tenants (id),
  id              text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  -- Told to the provider, who pays a reference once.
  reference_id    text        NOT NULL,
  status          text        NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount          bigint      NOT NULL CHECK (amount > 0),
  fee             bigint      NOT NULL DEFAULT 0 CHECK (fee >= 0 AND fee < amount),
  bank_account_id text        NOT NULL,
  notes           text        NOT NULL DEFAULT '',
  requested_by    text        NOT NULL REFERENCES users (id),
  provider_ref    text        NOT NULL DEFAULT '',
  failure_reason  text        NOT NULL DEFAULT '',
  requested_at    timestamptz NOT NULL,
  -- When the provider was asked last.
  sent_at         timestamptz,
  processed_at    timestamptz,
  updated_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT withdrawals_reference UNIQUE (tenant_id, reference_id),
  FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_accounts (tenant_id, id)
);
CREATE INDEX withdrawals_list ON withdrawals (tenant_id, requested_at DESC);
-- One at a time.
CREATE UNIQUE INDEX withdrawals_one_open ON withdrawals (tenant_id) WHERE status IN ('pending', 'processing');
CREATE INDEX withdrawals_processing ON withdrawals (updated_at) WHERE status = 'processing';
SELECT reserva.protect('withdrawals');
