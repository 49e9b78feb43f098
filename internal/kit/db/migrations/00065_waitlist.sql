-- Who waits for a service in a window, and what was offered to them. An offer is a
-- pending appointment that nobody has accepted yet.

-- +goose Up
ALTER TABLE appointments DROP CONSTRAINT appointments_source_check;
ALTER TABLE appointments ADD CONSTRAINT appointments_source_check CHECK (source IN ('staff', 'customer', 'public', 'walk_in', 'booki_guest', 'waitlist'));
-- When a customer accepted what the waitlist offered; null for every other appointment.
ALTER TABLE appointments ADD COLUMN accepted_at timestamptz;

CREATE TABLE waitlist_wishes (
  tenant_id   text        NOT NULL REFERENCES tenants (id),
  id          text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  outlet_id   text        NOT NULL,
  customer_id text        NOT NULL,
  service_id  text        NOT NULL,
  staff_id    text,
  -- Dates and minutes of the wall clock of the outlet; the dates inclusive.
  date_from   date        NOT NULL,
  date_to     date        NOT NULL,
  time_from   int         NOT NULL CHECK (time_from BETWEEN 0 AND 1439),
  time_to     int         NOT NULL CHECK (time_to BETWEEN 1 AND 1440),
  -- Who wrote it down decides which limits bind.
  source      text        NOT NULL CHECK (source IN ('customer', 'staff')),
  status      text        NOT NULL CHECK (status IN ('waiting', 'offered', 'accepted', 'lapsed', 'left', 'removed', 'expired')),
  ended_at    timestamptz,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
  CHECK (date_from <= date_to),
  CHECK (time_from < time_to),
  CHECK ((status IN ('waiting', 'offered')) = (ended_at IS NULL)),
  -- Nobody waits twice for one service on one date.
  CONSTRAINT waitlist_wishes_once EXCLUDE USING gist (
    tenant_id WITH =, customer_id WITH =, outlet_id WITH =, service_id WITH =, daterange(date_from, date_to, '[]') WITH &&)
    WHERE (status IN ('waiting', 'offered'))
);
CREATE INDEX waitlist_wishes_waiting ON waitlist_wishes (tenant_id, outlet_id, created_at, id) WHERE status = 'waiting';
CREATE INDEX waitlist_wishes_outlet ON waitlist_wishes (tenant_id, outlet_id, created_at, id);
CREATE INDEX waitlist_wishes_customer ON waitlist_wishes (tenant_id, customer_id, created_at, id);
SELECT reserva.protect('waitlist_wishes');

-- One row for each time that was held for a wish, written with the held appointment.
CREATE TABLE waitlist_offers (
  tenant_id      text        NOT NULL REFERENCES tenants (id),
  id             text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  wish_id        text        NOT NULL,
  appointment_id text        NOT NULL,
  starts_at      timestamptz NOT NULL,
  ends_at        timestamptz NOT NULL,
  offered_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  -- Null while the offer is open.
  outcome        text        CHECK (outcome IN ('accepted', 'declined', 'lapsed', 'withdrawn')),
  ended_at       timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT waitlist_offers_appointment UNIQUE (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, wish_id) REFERENCES waitlist_wishes (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id),
  CHECK (starts_at < ends_at),
  CHECK (offered_at < expires_at),
  CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
-- A wish has at most one open offer.
CREATE UNIQUE INDEX waitlist_offers_open ON waitlist_offers (tenant_id, wish_id) WHERE outcome IS NULL;
CREATE INDEX waitlist_offers_wish ON waitlist_offers (tenant_id, wish_id, offered_at);
SELECT reserva.protect('waitlist_offers');
