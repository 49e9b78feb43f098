-- How many requests a caller made in the present minute and hour, where several
-- servers count together. A crash of the database may empty it, which only forgives;
-- in return it costs no log and no waiting for a disk.

-- +goose Up
CREATE UNLOGGED TABLE rate_counters (
  -- What is limited and who it is, as in 'visitor:203.0.113.7'.
  key          text   PRIMARY KEY,
  -- The windows, counted from 1970, and what was granted in each.
  minute       bigint NOT NULL,
  hour         bigint NOT NULL,
  used_minute  int    NOT NULL,
  used_hour    int    NOT NULL,
  minute_limit int    NOT NULL,
  hour_limit   int    NOT NULL,
  -- Of what the latest statement asked for.
  granted      int    NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_counters TO reserva_platform;
