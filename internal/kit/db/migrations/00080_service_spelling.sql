-- Categories are kept in lower snake case, as the suggestions for them are, so that
-- "Hair Styling" and "hair_styling" are one. A service without staff takes no team.

-- +goose Up
UPDATE services
SET category = trim(BOTH '_' FROM regexp_replace(lower(category), '[^[:alnum:]]+', '_', 'g'))
WHERE category <> trim(BOTH '_' FROM regexp_replace(lower(category), '[^[:alnum:]]+', '_', 'g'));

UPDATE services SET required_staff_count = 1 WHERE NOT requires_staff AND required_staff_count > 1;
ALTER TABLE services ADD CONSTRAINT services_team CHECK (requires_staff OR required_staff_count = 1);
