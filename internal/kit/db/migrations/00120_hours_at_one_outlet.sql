-- Somebody who works at several outlets works some hours at one of them only. Hours
-- from before were meant for all: that is what the engine made of them.

-- +goose Up
ALTER TABLE availability_entries ADD COLUMN outlet_bound boolean NOT NULL DEFAULT false;
ALTER TABLE availability_entries ADD CONSTRAINT availability_entries_bound CHECK (NOT outlet_bound OR type = 'working_hours');
