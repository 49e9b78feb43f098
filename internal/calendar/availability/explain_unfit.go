package availability

import (
	"context"
	"errors"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// barred turns what keeps the outlet, or the service there, from being booked at any time
// into reasons. It passes on what is no answer: an outlet or a service that is not there.
func (d *Diary) barred(err error) (why []ExplainReason, _ error) {
	add := func(code string, because *fault.Error) {
		why = append(why, ExplainReason{Code: code, Message: because.Message})
	}
	switch {
	case errors.Is(err, ErrOutletClosed):
		add("outlet_not_bookable", ErrOutletClosed)
	case errors.Is(err, ErrOnlineBookingIsOff):
		add("online_booking_off", ErrOnlineBookingIsOff)
	default:
		if errors.Is(err, ErrServiceNotOffered) {
			add("service_not_offered", ErrServiceNotOffered)
			err = nil
		}
		return why, err
	}
	// The service was not looked at any more.
	err = d.checkServices()
	if errors.Is(err, ErrServiceNotOffered) {
		add("service_not_offered", ErrServiceNotOffered)
		err = nil
	}
	return why, err
}

// Nobody is why nobody at all could give a service on the date.
func (d *Diary) Nobody(service id.ID) ExplainReason {
	if slices.ContainsFunc(d.staff, func(m member) bool { return slices.Contains(m.services, string(service)) }) {
		return ExplainReason{Code: "outside_window", Message: "Nobody who gives this service is booked so far ahead."}
	}
	return ExplainReason{Code: "service_not_offered", Message: "Nobody who can be booked at the outlet gives this service."}
}

// inGap is why nothing begins at a time over which the clock is put forward.
var inGap = ExplainReason{Code: "time_in_gap", Message: ErrLocalTimeInGap.Message}

// skipped explains such a time.
func (d *Diary) skipped(a ExplainAsk, leg slots.Leg) *Explanation {
	out := d.outright(a, time.Time{}, []ExplainReason{inGap})
	for clock := a.Start; clock < civil.EndOfDay; clock++ {
		if after, err := civil.Resolve(a.Date, clock, d.Location); err == nil {
			out.NextAvailable = d.next(leg, a.Service, after.Add(-1))
			break
		}
	}
	return out
}

// outright is the explanation of a time that no engine was asked about. A start that
// does not exist ends where it begins.
func (d *Diary) outright(a ExplainAsk, start time.Time, why []ExplainReason) *Explanation {
	ends := a.Start
	if !start.IsZero() {
		ends = clockAt(start.Add(time.Duration(d.Service(a.Service).Length())*time.Minute), d.Location)
	}
	return &Explanation{
		Date: a.Date, StartTime: a.Start, EndTime: ends, Timezone: d.Location.String(),
		Reasons: why, Staff: []ExplainMember{}, Resources: []string{}, NextAvailable: []civil.Clock{},
	}
}

// unfit is what may keep a staff member from being booked for a service at all.
type unfit struct {
	Name     string `db:"name"`
	Status   string `db:"status"`
	Bookable bool   `db:"is_bookable"`
	Online   bool   `db:"accepts_online_booking"`
	Here     bool   `db:"here"`
	Gives    bool   `db:"gives"`
}

// reasons are those of the staff member; there is always one.
func (u *unfit) reasons(a ExplainAsk) (why []ExplainReason) {
	for _, r := range []struct {
		so            bool
		code, message string
	}{
		{u.Status != "active", "staff_not_active", "The staff member is not active: " + u.Status + "."},
		{!u.Bookable, "staff_not_bookable", "The staff member is not booked for anything."},
		{a.Audience == Online && !u.Online, "staff_not_online", "The staff member does not take bookings online."},
		{!u.Here, "staff_at_other_outlet", "The staff member does not work at this outlet."},
		{!u.Gives, "service_not_offered", "The staff member does not give this service."},
	} {
		if r.so {
			why = append(why, ExplainReason{Code: r.code, Message: r.message})
		}
	}
	if len(why) == 0 { // they would be booked for it, but not so far ahead
		why = append(why, ExplainReason{Code: "outside_window", Message: "The staff member is not booked so far ahead."})
	}
	return why
}

// explainUnfit says why a staff member is not among those who could be booked. It fails
// with ErrStaffNotFound, also for one of whose outlets the caller reaches none.
func (o *Operations) explainUnfit(ctx context.Context, who access.Staff, d *Diary, a ExplainAsk, start time.Time) (*Explanation, error) {
	var found *db.Result[unfit]
	mine, all := who.OutletScope()
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		found = db.QueueOne[unfit](tx, `
			SELECT coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name) AS name, s.status, s.is_bookable, s.accepts_online_booking,
				EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $3) AS here,
				EXISTS (
					SELECT 1
					FROM staff_services ss JOIN services v ON v.tenant_id = $1 AND v.id = ss.service_id AND v.requires_staff
					WHERE ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = $4) AS gives
			FROM staff s
			WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL
				AND ($5 OR EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = ANY ($6::text[])))`,
			tx.Tenant(), a.Staff, a.Outlet, a.Service, all, texts(mine))
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !found.Found:
		return nil, ErrStaffNotFound
	}
	why := found.Value.reasons(a)
	out := d.outright(a, start, why)
	out.Staff = append(out.Staff, ExplainMember{
		StaffID: &a.Staff, StaffName: found.Value.Name, Duration: d.Service(a.Service).Duration, Reasons: why,
	})
	return out, nil
}
