-- What businesses have told to servers of their own: the events of a tenant in an order
-- that readers can rely on, where they are sent, and each attempt.

-- +goose Up
-- Who gets jobs of which tenant, of the subscribers that few tenants want.
CREATE TABLE job_listeners (
  tenant_id  text        NOT NULL REFERENCES tenants (id),
  subscriber text        NOT NULL,
  since      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, subscriber)
);
SELECT reserva.protect('job_listeners');

-- The last number given. Its row is locked from then until the commit, so events become
-- visible in the order of their numbers, and a reader that has seen one has not missed
-- an earlier one.
CREATE TABLE hook_feeds (
  tenant_id text   PRIMARY KEY REFERENCES tenants (id),
  last      bigint NOT NULL
);
SELECT reserva.protect('hook_feeds');

CREATE TABLE hook_events (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  number      bigint      NOT NULL,
  id          text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  type        text        NOT NULL,
  -- What was published, so that it is written once however often its job runs.
  source      text        NOT NULL,
  -- The envelope as it is sent, to the byte.
  body        text        NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, number),
  CONSTRAINT hook_events_id UNIQUE (tenant_id, id),
  CONSTRAINT hook_events_once UNIQUE (tenant_id, source)
);
CREATE INDEX hook_events_age ON hook_events (recorded_at);
SELECT reserva.protect('hook_events');

CREATE TABLE hook_endpoints (
  tenant_id       text        NOT NULL REFERENCES tenants (id),
  id              text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  url             text        NOT NULL,
  description     text        NOT NULL DEFAULT '',
  event_types     text[]      NOT NULL CHECK (cardinality(event_types) > 0),
  is_active       boolean     NOT NULL,
  -- Sealed. After a rotation the one before signs as well, for a while.
  secret          bytea       NOT NULL,
  previous_secret bytea,
  previous_until  timestamptz,
  -- Failures without a success between, when they began, and until when it is left alone.
  failures        int         NOT NULL DEFAULT 0 CHECK (failures >= 0),
  failing_since   timestamptz,
  quiet_until     timestamptz,
  -- Set when the server gave the endpoint up.
  disabled_at     timestamptz,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CHECK (disabled_at IS NULL OR NOT is_active)
);
SELECT reserva.protect('hook_endpoints');

CREATE TABLE hook_deliveries (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  id          text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  endpoint_id text        NOT NULL,
  event_id    text        NOT NULL,
  event_type  text        NOT NULL,
  body        text        NOT NULL,
  status      text        NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts    int         NOT NULL DEFAULT 0,
  -- Attempts since it was last begun: a replay begins anew.
  tries       int         NOT NULL DEFAULT 0,
  replays     int         NOT NULL DEFAULT 0,
  -- Counts what was planned; a job of another turn is not this one's any more.
  turn        int         NOT NULL DEFAULT 1,
  next_at     timestamptz,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT hook_deliveries_once UNIQUE (tenant_id, endpoint_id, event_id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES hook_endpoints (tenant_id, id) ON DELETE CASCADE,
  CHECK ((status = 'pending') = (next_at IS NOT NULL))
);
CREATE INDEX hook_deliveries_list ON hook_deliveries (tenant_id, endpoint_id, created_at DESC, id DESC);
CREATE INDEX hook_deliveries_age ON hook_deliveries (created_at);
SELECT reserva.protect('hook_deliveries');

CREATE TABLE hook_attempts (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  delivery_id text        NOT NULL,
  number      int         NOT NULL,
  at          timestamptz NOT NULL,
  -- Of the answer; 0 where there was none.
  status      int         NOT NULL,
  failure     text        NOT NULL DEFAULT '',
  took_ms     int         NOT NULL,
  PRIMARY KEY (tenant_id, delivery_id, number),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES hook_deliveries (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('hook_attempts');
