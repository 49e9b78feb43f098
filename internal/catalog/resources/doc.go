// Package resources holds what services need besides staff: rooms, chairs, machines.
//
// A resource is what an outlet has of one kind, in a quantity. Services name kinds
// and how many units they take; package services keeps that. Each unit is a subject
// of its own, so that the database keeps it from being in two sessions at once, as it
// does a staff member.
//
// Invariants: a resource has as many units in use as its quantity says. A unit that is
// booked from now on is never taken out of use; others are retired, and come back when
// the quantity grows. A resource that is not active cannot be booked, and what is
// booked of it stays: a room that is being painted.
//
// Which unit a booking takes is decided by the engine and written by package
// appointments.
package resources
