-- Who and what can be occupied, when staff work, and what is booked. The guards
-- here make a double booking impossible whatever the application does.

-- +goose Up
-- A subject can be in one place at a time: a staff member, or the single unit
-- behind a service that needs no staff at one outlet. The key is a bigint since
-- it leads the exclusion index below.
CREATE TABLE subjects (
  tenant_id text NOT NULL REFERENCES tenants (id),
  key       bigint     GENERATED ALWAYS AS IDENTITY,
  kind      text       NOT NULL CHECK (kind IN ('staff', 'unit')),
  PRIMARY KEY (tenant_id, key),
  CONSTRAINT subjects_key UNIQUE (key)
);
SELECT reserva.protect('subjects');

CREATE TABLE staff (
  tenant_id                text        NOT NULL REFERENCES tenants (id),
  id                       text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  subject_key              bigint      NOT NULL,
  outlet_id                text        NOT NULL,
  user_id                  text,
  first_name               text        NOT NULL,
  last_name                text        NOT NULL,
  display_name             text        NOT NULL DEFAULT '',
  email                    text        NOT NULL CHECK (email = lower(email)),
  phone                    text        NOT NULL,
  position                 text        NOT NULL DEFAULT '',
  employment_type          text        NOT NULL DEFAULT 'full_time' CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'freelance', 'intern')),
  employee_id              text        NOT NULL DEFAULT '',
  hire_date                date,
  birth_date               date,
  hourly_rate              bigint      CHECK (hourly_rate >= 0),
  salary                   bigint      CHECK (salary >= 0),
  commission               jsonb       NOT NULL DEFAULT '{}',
  is_bookable              boolean     NOT NULL DEFAULT true,
  accepts_online_booking   boolean     NOT NULL DEFAULT true,
  max_advance_booking_days int         CHECK (max_advance_booking_days BETWEEN 0 AND 730),
  bio                      text        NOT NULL DEFAULT '',
  profile_image_url        text,
  instagram_handle         text,
  specialties              text[]      NOT NULL DEFAULT '{}',
  certifications           text[]      NOT NULL DEFAULT '{}',
  years_experience         int         NOT NULL DEFAULT 0 CHECK (years_experience BETWEEN 0 AND 80),
  status                   text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'terminated', 'on_leave')),
  is_active                boolean     NOT NULL DEFAULT true,
  version                  bigint      NOT NULL DEFAULT 1,
  deleted_at               timestamptz,
  created_at               timestamptz NOT NULL,
  updated_at               timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT staff_subject UNIQUE (tenant_id, subject_key),
  FOREIGN KEY (tenant_id, subject_key) REFERENCES subjects (tenant_id, key),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id)
);
CREATE UNIQUE INDEX staff_email ON staff (tenant_id, email) WHERE deleted_at IS NULL;
CREATE INDEX staff_outlet ON staff (tenant_id, outlet_id);
SELECT reserva.protect('staff');

-- Every outlet of a staff member, the primary one included.
CREATE TABLE staff_outlets (
  tenant_id text NOT NULL,
  staff_id  text NOT NULL,
  outlet_id text NOT NULL,
  PRIMARY KEY (tenant_id, staff_id, outlet_id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX staff_outlets_outlet ON staff_outlets (tenant_id, outlet_id);
SELECT reserva.protect('staff_outlets');

-- What a staff member can be booked for.
CREATE TABLE staff_services (
  tenant_id  text NOT NULL,
  staff_id   text NOT NULL,
  service_id text NOT NULL,
  PRIMARY KEY (tenant_id, staff_id, service_id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX staff_services_service ON staff_services (tenant_id, service_id);
SELECT reserva.protect('staff_services');

-- The unit of a service that needs no staff, one an outlet.
CREATE TABLE service_units (
  tenant_id   text NOT NULL,
  service_id  text NOT NULL,
  outlet_id   text NOT NULL,
  subject_key bigint     NOT NULL,
  PRIMARY KEY (tenant_id, service_id, outlet_id),
  FOREIGN KEY (tenant_id, subject_key) REFERENCES subjects (tenant_id, key),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('service_units');

-- Working hours, breaks, blocked time and vacation: one row a date, in minutes of
-- the wall clock of the staff member's outlet.
CREATE TABLE availability_entries (
  tenant_id           text        NOT NULL,
  id                  text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  staff_id            text        NOT NULL,
  outlet_id           text        NOT NULL,
  date                date        NOT NULL,
  starts              int         NOT NULL CHECK (starts BETWEEN 0 AND 1439),
  ends                int         NOT NULL CHECK (ends BETWEEN 1 AND 1440),
  type                text        NOT NULL CHECK (type IN ('working_hours', 'break', 'blocked', 'vacation')),
  is_available        boolean     NOT NULL,
  recurrence_type     text        NOT NULL DEFAULT 'none' CHECK (recurrence_type IN ('none', 'daily', 'weekly', 'monthly')),
  recurrence_end_date date,
  recurrence_days     int[]       NOT NULL DEFAULT '{}',
  recurrence_group_id text,
  service_ids         text[],
  capacity            int         NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 1000),
  is_group_service    boolean     NOT NULL DEFAULT false,
  notes               text        NOT NULL DEFAULT '',
  deleted_at          timestamptz,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE,
  CHECK (starts < ends)
);
CREATE INDEX availability_entries_day ON availability_entries (tenant_id, staff_id, date) WHERE deleted_at IS NULL;
CREATE INDEX availability_entries_list ON availability_entries (tenant_id, date, starts) WHERE deleted_at IS NULL;
SELECT reserva.protect('availability_entries');

CREATE TABLE appointments (
  tenant_id           text        NOT NULL REFERENCES tenants (id),
  id                  text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  outlet_id           text        NOT NULL,
  customer_id         text        NOT NULL,
  status              text        NOT NULL CHECK (status IN ('pending', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show')),
  payment_status      text        NOT NULL CHECK (payment_status IN ('pending', 'paid', 'partially_paid', 'refunded', 'not_required')),
  appointment_type    text        NOT NULL CHECK (appointment_type IN ('walk_in', 'scheduled', 'online')),
  source              text        NOT NULL CHECK (source IN ('staff', 'customer', 'public', 'walk_in', 'booki_guest')),
  starts_at           timestamptz NOT NULL,
  ends_at             timestamptz NOT NULL,
  total_price         bigint      NOT NULL CHECK (total_price >= 0),
  paid_amount         bigint      NOT NULL DEFAULT 0 CHECK (paid_amount >= 0),
  currency            text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  notes               text        NOT NULL DEFAULT '',
  completion_notes    text        NOT NULL DEFAULT '',
  -- The rules that were promised at booking (cancellation hours and the like).
  policy              jsonb       NOT NULL DEFAULT '{}',
  -- While set, the booking is held only until then.
  hold_until          timestamptz,
  cancelled_by        text        CHECK (cancelled_by IN ('customer', 'staff', 'system')),
  cancellation_reason text        NOT NULL DEFAULT '',
  cancelled_at        timestamptz,
  confirmed_at        timestamptz,
  started_at          timestamptz,
  completed_at        timestamptz,
  rescheduled_at      timestamptz,
  rescheduled_from    jsonb,
  created_by_id       text,
  -- Guest bookings: what was typed, the label in the path, the wish how to pay, and the proof.
  guest               jsonb,
  booking_type        text,
  payment_preference  text        CHECK (payment_preference IN ('cash', 'maya')),
  verified_at         timestamptz,
  verified_by         text        CHECK (verified_by IN ('mail', 'creator', 'bare')),
  version             bigint      NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  -- The guest API reads a booking by its id alone.
  CONSTRAINT appointments_id UNIQUE (id),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX appointments_outlet_time ON appointments (tenant_id, outlet_id, starts_at);
CREATE INDEX appointments_customer ON appointments (tenant_id, customer_id, starts_at);
CREATE INDEX appointments_hold ON appointments (hold_until) WHERE hold_until IS NOT NULL;
SELECT reserva.protect('appointments');

-- One run of a service. What it needs is written here once and never changed:
-- the subjects, the time they are busy, and the number of seats.
CREATE TABLE sessions (
  tenant_id    text           NOT NULL REFERENCES tenants (id),
  id           text           NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  outlet_id    text           NOT NULL,
  service_id   text           NOT NULL,
  subject_keys bigint[]       NOT NULL CHECK (cardinality(subject_keys) > 0),
  starts_at    timestamptz    NOT NULL,
  ends_at      timestamptz    NOT NULL,
  busy         tstzmultirange NOT NULL CHECK (NOT isempty(busy)),
  capacity     int            NOT NULL CHECK (capacity > 0),
  touched_at   timestamptz,
  created_at   timestamptz    NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT sessions_capacity UNIQUE (tenant_id, id, capacity),
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX sessions_group ON sessions (tenant_id, service_id, starts_at) WHERE capacity > 1;
SELECT reserva.protect('sessions');
-- Only the column that nobody reads may be updated, so that a session can be
-- locked but not altered.
REVOKE UPDATE ON sessions FROM reserva_app, reserva_platform;
GRANT UPDATE (touched_at) ON sessions TO reserva_app, reserva_platform;

CREATE TABLE occupancies (
  tenant_id   text        NOT NULL,
  subject_key bigint      NOT NULL,
  busy_from   timestamptz NOT NULL,
  busy_to     timestamptz NOT NULL,
  session_id  text        NOT NULL,
  -- Set while the only seat of the session is a hold; past it, it no longer counts.
  lapses_at   timestamptz,
  -- Leads with the session, so that rivals for a subject meet in one index only.
  PRIMARY KEY (tenant_id, session_id, subject_key, busy_from),
  CONSTRAINT occupancies_not_empty CHECK (busy_from < busy_to),
  CONSTRAINT occupancies_no_overlap EXCLUDE USING gist (subject_key WITH =, tstzrange(busy_from, busy_to) WITH &&),
  FOREIGN KEY (tenant_id, subject_key) REFERENCES subjects (tenant_id, key),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX occupancies_time ON occupancies (tenant_id, subject_key, busy_from) INCLUDE (busy_to, lapses_at);
SELECT reserva.protect('occupancies');

CREATE TABLE appointment_lines (
  tenant_id           text        NOT NULL,
  id                  text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  appointment_id      text        NOT NULL,
  position            int         NOT NULL CHECK (position >= 0),
  customer_id         text        NOT NULL,
  service_id          text        NOT NULL,
  staff_id            text,
  service_name        text        NOT NULL,
  staff_name          text        NOT NULL DEFAULT '',
  price               bigint      NOT NULL CHECK (price >= 0),
  price_source        text        NOT NULL,
  duration_minutes    int         NOT NULL CHECK (duration_minutes > 0),
  preparation_minutes int         NOT NULL,
  cleanup_minutes     int         NOT NULL,
  starts_at           timestamptz NOT NULL,
  ends_at             timestamptz NOT NULL,
  -- The seat; all three null once it was given back.
  session_id          text,
  seat                int,
  capacity            int,
  lapses_at           timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, appointment_id, position),
  CONSTRAINT appointment_lines_seat UNIQUE (tenant_id, session_id, seat),
  CONSTRAINT appointment_lines_same_customer UNIQUE (tenant_id, session_id, customer_id),
  CONSTRAINT appointment_lines_within_capacity CHECK (seat BETWEEN 1 AND capacity),
  CONSTRAINT appointment_lines_seat_whole CHECK ((session_id IS NULL) = (seat IS NULL) AND (seat IS NULL) = (capacity IS NULL)),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, session_id, capacity) REFERENCES sessions (tenant_id, id, capacity)
);
CREATE INDEX appointment_lines_staff ON appointment_lines (tenant_id, staff_id, starts_at);
SELECT reserva.protect('appointment_lines');

-- A session with a seated line must be covered by occupancies of each of its
-- subjects: a forgotten row is refused as well as an overlapping one.
-- +goose StatementBegin
CREATE FUNCTION reserva.check_covered() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  the_tenant  text;
  the_session text;
  missing     bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    the_tenant := OLD.tenant_id; the_session := OLD.session_id;
  ELSE
    the_tenant := NEW.tenant_id; the_session := NEW.session_id;
  END IF;
  IF the_session IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT k.key INTO missing
  FROM sessions s CROSS JOIN LATERAL unnest(s.subject_keys) AS k (key)
  WHERE s.tenant_id = the_tenant AND s.id = the_session
    AND NOT s.busy <@ coalesce((
      SELECT range_agg(tstzrange(o.busy_from, o.busy_to))
      FROM occupancies o
      WHERE o.tenant_id = the_tenant AND o.session_id = the_session AND o.subject_key = k.key), '{}'::tstzmultirange)
    AND EXISTS (
      SELECT 1 FROM appointment_lines l
      WHERE l.tenant_id = the_tenant AND l.session_id = the_session AND l.seat IS NOT NULL)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'session % has seats but its occupancies do not cover it', the_session
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER lines_covered AFTER INSERT OR UPDATE OF session_id, seat ON appointment_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_covered();
CREATE CONSTRAINT TRIGGER occupancies_covered AFTER UPDATE OR DELETE ON occupancies
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_covered();

-- The two secrets of a guest booking, kept as SHA-256.
CREATE TABLE booking_tokens (
  tenant_id      text        NOT NULL,
  hash           bytea       NOT NULL,
  appointment_id text        NOT NULL,
  purpose        text        NOT NULL CHECK (purpose IN ('creator', 'mail')),
  expires_at     timestamptz NOT NULL,
  used_at        timestamptz,
  created_at     timestamptz NOT NULL,
  PRIMARY KEY (hash),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('booking_tokens');
