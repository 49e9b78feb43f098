package availability

import (
	"slices"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// ErrStrayBreak refuses a break in time that is not worked, where the tenant wants it
// so.
var ErrStrayBreak = fault.New(fault.Invalid, "availability.break_outside_hours",
	"The break on 2026-04-10, 12:00 - 13:00, would lie outside working hours.")

// keepBreaks refuses a change of somebody's days after which a break lies outside
// working hours, if the tenant wants that. A break that lay there before may stay: it
// was made before the tenant wanted it.
func (p *person) keepBreaks(before, after []entry) error {
	if !p.Strict {
		return nil
	}
	known := strays(p.ID, before)
	for _, e := range strays(p.ID, after) {
		same := func(one *entry) bool {
			return one.ID == e.ID && one.Date == e.Date && one.Starts == e.Starts && one.Ends == e.Ends
		}
		if !slices.ContainsFunc(known, same) {
			return ErrStrayBreak.With("The break on %s, %s, would lie outside working hours.", e.Date, e.span())
		}
	}
	return nil
}

// strays are a staff member's breaks outside working hours.
func strays(staff id.ID, entries []entry) (found []*entry) {
	mine := slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return e.StaffID != staff })
	days := schedules(mine)
	for i := range mine {
		if e := &mine[i]; e.Type == Break && !days[e.Date].covers(e) {
			found = append(found, e)
		}
	}
	return found
}
