package availability

import (
	"context"
	"time"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/id"
)

// Full lists, for each service of the Ask, the starts on the outlet's own interval
// that could be booked if nothing were booked yet, and now cannot. Closed hours and
// time off are not "full", and neither is what the audience may not book anyway:
// the past, too short a notice, too far ahead. Faults are those of Diary.Build.
func (o *Operations) Full(ctx context.Context, tenant id.ID, a Ask) (map[id.ID][]time.Time, error) {
	d, err := o.load(ctx, tenant, a)
	if err != nil {
		return nil, err
	}
	defer d.release()
	full := make(map[id.ID][]time.Time, len(a.Services))
	interval := d.SlotInterval()
	var found []slots.Slot
	for _, service := range a.Services {
		for n := range d.days {
			d.arena.reset()
			leg, err := d.Leg(n, service, "")
			if err != nil {
				return nil, err
			}
			if !d.anyBooked(&leg, n) {
				continue
			}
			found = d.Board(n, service).Starts(found[:0], leg, interval)
			for _, s := range found {
				if bookedOut(&s) {
					full[service] = append(full[service], s.Start)
				}
			}
		}
	}
	return full, nil
}

func bookedOut(s *slots.Slot) bool {
	switch s.Reason {
	case slots.BookingConflict, slots.CapacityFull, slots.NotEnoughStaff, slots.NoResource:
		return !s.Available && s.MaxSeats > 0
	}
	return false
}
