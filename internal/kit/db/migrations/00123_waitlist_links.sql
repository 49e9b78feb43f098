-- The mail of an offer tells an address at which whoever got it answers; only its hash
-- is kept.

-- +goose Up
ALTER TABLE waitlist_offers ADD COLUMN answer_hash bytea CHECK (octet_length(answer_hash) = 32);
CREATE UNIQUE INDEX waitlist_offers_answer ON waitlist_offers (tenant_id, answer_hash) WHERE answer_hash IS NOT NULL;
