// Package outlets holds the places where a tenant works: address, opening hours,
// and the settings that bind what is booked there.
//
// All wall-clock times of an outlet, and of everything booked there, are in its
// own time zone, which is also its setting "timezone". Opening hours are half-open
// intervals of a weekly schedule, Monday being day 0; a special date has hours of
// its own, or none. An outlet that never stated its hours is not held to any.
// Hours, zone and settings may change under appointments: what is booked stays as
// it was promised.
//
// Settings are stored complete, so that a later default changes nothing for those
// who are in business; defaults of the tenant's are copied when an outlet opens.
//
// An outlet never moves to another tenant, and is never removed but marked: the
// plan counts it even then, and it can be restored, until the operator purges it.
// The first outlet of a tenant is its default. Only active outlets are shown and
// booked at.
package outlets
