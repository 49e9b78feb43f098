-- Services: what is sold by time.

-- +goose Up
CREATE TABLE services (
  tenant_id                 text        NOT NULL REFERENCES tenants (id),
  id                        text        NOT NULL CHECK (id ~ '^[0-9a-f]{24}$'),
  slug                      text        NOT NULL,
  name                      text        NOT NULL,
  description               text        NOT NULL DEFAULT '',
  category                  text        NOT NULL DEFAULT '',
  duration_minutes          int         NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440 AND duration_minutes % 5 = 0),
  preparation_minutes       int         NOT NULL DEFAULT 0 CHECK (preparation_minutes BETWEEN 0 AND 480 AND preparation_minutes % 5 = 0),
  cleanup_minutes           int         NOT NULL DEFAULT 0 CHECK (cleanup_minutes BETWEEN 0 AND 480 AND cleanup_minutes % 5 = 0),
  -- Minutes [from, to) of the duration in which the staff member is free.
  processing_gaps           jsonb       NOT NULL DEFAULT '[]',
  max_advance_booking_days  int         NOT NULL DEFAULT 30 CHECK (max_advance_booking_days BETWEEN 0 AND 730),
  min_advance_booking_hours int         NOT NULL DEFAULT 0 CHECK (min_advance_booking_hours BETWEEN 0 AND 8760),
  requires_staff            boolean     NOT NULL DEFAULT true,
  required_staff_count      int         NOT NULL DEFAULT 1 CHECK (required_staff_count BETWEEN 1 AND 20),
  allow_parallel_bookings   boolean     NOT NULL DEFAULT false,
  max_parallel_bookings     int         NOT NULL DEFAULT 1 CHECK (max_parallel_bookings BETWEEN 1 AND 1000),
  base_price                bigint      NOT NULL CHECK (base_price >= 0),
  currency                  text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  promotional_price         bigint      CHECK (promotional_price >= 0),
  promotional_valid_until   timestamptz,
  tags                      text[]      NOT NULL DEFAULT '{}',
  image_url                 text,
  is_active                 boolean     NOT NULL DEFAULT true,
  status                    text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'archived')),
  version                   bigint      NOT NULL DEFAULT 1,
  deleted_at                timestamptz,
  created_at                timestamptz NOT NULL,
  updated_at                timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT services_slug UNIQUE (tenant_id, slug)
);
SELECT reserva.protect('services');

-- Where a service is offered; no row means at every outlet.
CREATE TABLE service_outlets (
  tenant_id  text NOT NULL,
  service_id text NOT NULL,
  outlet_id  text NOT NULL,
  PRIMARY KEY (tenant_id, service_id, outlet_id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('service_outlets');

CREATE TABLE service_outlet_prices (
  tenant_id  text NOT NULL,
  service_id text NOT NULL,
  outlet_id  text NOT NULL,
  price      bigint     NOT NULL CHECK (price > 0),
  PRIMARY KEY (tenant_id, service_id, outlet_id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, outlet_id) REFERENCES outlets (tenant_id, id) ON DELETE CASCADE
);
SELECT reserva.protect('service_outlet_prices');
