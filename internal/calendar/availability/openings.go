package availability

import (
	"errors"
	"time"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// Openings returns the starts of a service on day n that can be booked, with a staff
// member where one is given: those on the outlet's own interval first, then the others,
// each in order of time. None where the member does not give the service, or not so far
// ahead.
func (d *Diary) Openings(n int, service, staff id.ID) ([]time.Time, error) {
	d.arena.reset()
	leg, err := d.Leg(n, service, staff)
	if errors.Is(err, ErrStaffNotQualified) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	board, day := d.Board(n, service), d.days[n]
	free := board.Acceptable(leg)
	if free.Empty() {
		return nil, nil
	}
	var found []time.Time
	var regular slots.Mask
	for _, s := range board.Starts(nil, leg, d.SlotInterval()) {
		if step, ok := day.Step(s.Start); ok && free.Has(step) {
			regular.Set(step, step+1)
			found = append(found, day.At(step))
		}
	}
	for step := range free.AndNot(regular).All() {
		found = append(found, day.At(step))
	}
	return found, nil
}

// Bookable tells from when to when services may begin for the audience of the Ask:
// the first instant, and the last date, which is zero where nothing limits it.
func (d *Diary) Bookable(services ...id.ID) (from time.Time, last civil.Date) {
	p := d.policy(services)
	from = d.now
	if p.NotBefore.After(from) {
		from = p.NotBefore
	}
	if !p.NotAfter.IsZero() {
		last = civil.Of(p.NotAfter, d.Location)
	}
	return from, last
}

// WalkIns tells whether the outlet serves who comes without an appointment.
func (d *Diary) WalkIns() bool {
	allowed := d.rules().WalkInsAllowed
	return allowed == nil || *allowed
}

// Now is when the diary was read.
func (d *Diary) Now() time.Time { return d.now }
