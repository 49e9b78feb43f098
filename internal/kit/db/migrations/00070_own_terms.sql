-- How good a staff member is at a service, and the time and the price that they take
-- for it, where these are not the service's own.

-- +goose Up
ALTER TABLE staff_services
  ADD COLUMN level            text   CHECK (level IN ('junior', 'intermediate', 'senior', 'expert')),
  ADD COLUMN duration_minutes int    CHECK (duration_minutes BETWEEN 5 AND 1440 AND duration_minutes % 5 = 0),
  -- Minor units. The currency is what the service had when the price was set: once it
  -- has another, the price counts no more.
  ADD COLUMN price            bigint CHECK (price >= 0),
  ADD COLUMN currency         text   CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT staff_services_price_whole CHECK ((price IS NULL) = (currency IS NULL));
