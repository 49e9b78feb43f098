-- What of a service's price is to be paid before the visit stands, and what is kept of
-- it where the visit is missed or cancelled late. What is not named here is the outlet's.

-- +goose Up
ALTER TABLE services ADD COLUMN terms jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(terms) = 'object');
