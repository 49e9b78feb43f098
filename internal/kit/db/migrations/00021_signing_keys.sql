-- The keys that sign access tokens, which all servers of one database share.

-- +goose Up
-- The secret is sealed with a key that is not in the database: who can read or
-- write these rows can neither sign nor have a key of their own believed.
CREATE TABLE signing_keys (
  kid        text        PRIMARY KEY CHECK (kid ~ '^[0-9a-f]{8,32}$'),
  sealed     bytea       NOT NULL,
  signs_from timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON signing_keys TO reserva_platform;
