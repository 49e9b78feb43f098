package availability

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// CheckAsk asks whether a staff member is free for a slot.
type CheckAsk struct {
	Staff      id.ID
	Date       civil.Date
	Start, End civil.Clock
	Service    id.ID // empty where none is named
}

// Check tells whether a staff member is free for a slot.
type Check struct {
	Available    bool            `json:"available"`
	Message      string          `json:"message" example:"The staff member is available."`
	Reason       *string         `json:"reason" example:"booking_conflict" doc:"Null when available. booking_conflict stands for an appointment, or for several reasons at once."`
	WorkingHours *CheckHours     `json:"working_hours" doc:"Of the date; null when the staff member does not work."`
	Conflicts    []CheckConflict `json:"conflicts"`
}

// CheckHours are when somebody works on a date: from the first entry to the last.
type CheckHours struct {
	StartTime string       `json:"start_time" example:"09:00:00"`
	EndTime   string       `json:"end_time" example:"17:00:00"`
	Breaks    []CheckBreak `json:"breaks"`
}

// CheckBreak is a break, or time between two working hours.
type CheckBreak struct {
	Start string `json:"start" example:"12:00:00"`
	End   string `json:"end" example:"13:00:00"`
}

// CheckConflict is what stands in the way of a slot.
type CheckConflict struct {
	ID        id.ID  `json:"id"`
	Type      string `json:"type" enum:"break,blocked,vacation,appointment"`
	StartTime string `json:"start_time" example:"12:00:00"`
	EndTime   string `json:"end_time" example:"13:00:00"`
	Notes     string `json:"notes" doc:"Of appointments, the service."`
}

// checking is what a check reads.
type checking struct {
	ask     CheckAsk
	person  person
	diary   *Diary
	entries *db.Results[entry]
	booked  *db.Results[affectedRow]
}

// Check decides as a booking at the desk would be decided, at the outlet where the staff
// member works then, else at the primary one: by opening hours, the
// staff member's entries, what is booked, and where a service is named by who gives
// it. It fails with ErrStaffNotFound, ErrOwnEntries, ErrServiceNotFound,
// ErrOutletClosed and ErrLocalTimeInGap.
func (o *Operations) Check(ctx context.Context, who access.Staff, ask CheckAsk) (Check, error) {
	slot := entry{Date: ask.Date, Starts: int(ask.Start), Ends: int(ask.End)}
	if bad := slot.check("query:"); len(bad) > 0 {
		return Check{}, invalid(bad)
	}
	c := checking{ask: ask}
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		found := queuePerson(tx, ask.Staff)
		c.entries = queueDays(tx, []id.ID{ask.Staff}, []civil.Date{ask.Date})
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !found.Found {
			return ErrStaffNotFound
		}
		if err := found.Value.readableBy(who); err != nil {
			return err
		}
		c.person = found.Value.at(workplace(c.entries.Rows, &slot))
		c.queue(tx, &slot)
		return tx.Flush(ctx)
	})
	if err != nil {
		return Check{}, err
	}
	defer c.diary.release()
	return c.decide(&slot)
}

// workplace is the outlet at which working hours around a slot are worked, empty where
// they are worked at all.
func workplace(entries []entry, slot *entry) id.ID {
	for i := range entries {
		if e := &entries[i]; e.Bound && e.Starts < slot.end() && slot.Starts < e.end() {
			return e.OutletID
		}
	}
	return ""
}

// queue reads the diary: of the service's, or of nothing but the staff member's.
func (c *checking) queue(tx *db.Tx, slot *entry) {
	ask := Ask{
		Outlet: c.person.OutletID, From: c.ask.Date, To: c.ask.Date, Audience: Desk, Only: []id.ID{c.ask.Staff},
	}
	c.booked = queueAffected(tx, &c.person, []loss{{location: c.person.location(), date: c.ask.Date, from: slot.Starts, to: slot.end()}})
	if c.ask.Service != "" {
		ask.Services = []id.ID{c.ask.Service}
		c.diary = Queue(tx, ask)
		return
	}
	c.diary = queueAlone(tx, ask, &c.person)
}

// queueAlone reads a diary of one staff member and no service; their entries are to
// be put in before Build.
func queueAlone(tx *db.Tx, ask Ask, p *person) *Diary {
	d := &Diary{
		ask: ask, now: tx.Now(), entries: map[id.ID][]entryRow{}, scratch: newScratch(),
		services: &db.Results[Service]{}, staff: []member{{id: p.ID, key: p.Key}},
	}
	d.queueOutlet(tx)
	var from, to time.Time
	db.QueueEach(tx, func(row db.Row) error {
		o := occupancyRow{key: p.Key}
		err := row.Scan(&from, &to, &o.lapsed)
		o.from, o.to = from.UnixMicro(), to.UnixMicro()
		d.scratch.loaded = append(d.scratch.loaded, o)
		return err
	}, `
		SELECT busy_from, busy_to, coalesce(lapses_at <= $5, false)
		FROM occupancies
		WHERE tenant_id = $1 AND subject_key = $2 AND busy_from >= $3 AND busy_from < $4`,
		tx.Tenant(), p.Key, ask.From.AddDays(-1).Start(p.location()), ask.To.End(p.location()), tx.Now())
	return d
}

// decide asks the engine.
func (c *checking) decide(slot *entry) (Check, error) {
	out := Check{WorkingHours: hoursOf(c.entries.Rows), Conflicts: c.conflicts(slot)}
	leg, offered, err := c.leg(slot)
	if err != nil {
		return Check{}, err
	}
	switch {
	case !c.person.Bookable:
		return out.refused(slots.NotWorking), nil
	case !offered:
		return out.refused(slots.ServiceNotOffered), nil
	}
	start, err := civil.Resolve(c.ask.Date, c.ask.Start, c.diary.Location)
	if errors.Is(err, civil.ErrGap) {
		return Check{}, ErrLocalTimeInGap.WithField("query:start_time", ErrLocalTimeInGap.Message, "value_error")
	}
	if err != nil {
		return Check{}, err
	}
	verdict := c.diary.Board(0, c.diary.ask.Services...).Explain(leg, start)
	if !verdict.OK {
		return out.refused(verdict.Reasons...), nil
	}
	out.Available, out.Message, out.Conflicts = true, "The staff member is available.", []CheckConflict{}
	return out, nil
}

// leg is what the slot asks of the staff member. It is not offered where the named
// service is not given by them.
func (c *checking) leg(slot *entry) (leg slots.Leg, offered bool, err error) {
	d, minutes := c.diary, slot.end()-slot.Starts
	if c.ask.Service == "" {
		for i := range c.entries.Rows {
			e := &c.entries.Rows[i]
			if !e.countsAt(d.ask.Outlet) {
				continue
			}
			d.entries[e.StaffID] = append(d.entries[e.StaffID], entryRow{
				starts: civil.Clock(e.Starts), ends: civil.Clock(e.Ends), kind: e.Type, available: e.Type == WorkingHours,
			})
		}
	}
	switch err := d.Build(); {
	case errors.Is(err, ErrServiceNotOffered):
		return leg, false, nil
	case err != nil:
		return leg, false, err
	}
	if c.ask.Service == "" {
		leg.Service = slots.Service{Duration: minutes}
		leg.Members = []slots.Member{d.member(0, 0, &Service{}, true)}
		return leg, true, nil
	}
	leg, err = d.OnlyLeg(0, c.ask.Service, c.ask.Staff)
	if errors.Is(err, ErrStaffNotQualified) {
		return leg, false, nil
	}
	// A slot of another length than the service's is taken as it is.
	if leg.Service.RequiredStaff = 1; len(leg.Members) > 0 {
		leg.Service = leg.Service.By(&leg.Members[0])
		leg.Members[0].Duration = 0
	}
	if minutes != int(leg.Service.Length()/time.Minute) {
		leg.Service = slots.Service{Duration: minutes, Capacity: leg.Service.Capacity, RequiredStaff: 1}
	}
	return leg, true, err
}

// conflicts lists what lies in the slot.
func (c *checking) conflicts(slot *entry) []CheckConflict {
	out := []CheckConflict{}
	for i := range c.entries.Rows {
		e := &c.entries.Rows[i]
		if e.Type != WorkingHours && e.Starts < slot.end() && slot.Starts < e.end() {
			out = append(out, CheckConflict{
				ID: e.ID, Type: string(e.Type), StartTime: civil.Clock(e.Starts).Long(), EndTime: civil.Clock(e.Ends).Long(), Notes: e.Notes,
			})
		}
	}
	for _, a := range affectedOf(c.booked.Rows) {
		out = append(out, CheckConflict{
			ID: a.AppointmentID, Type: "appointment", StartTime: a.StartTime, EndTime: a.EndTime, Notes: a.ServiceName,
		})
	}
	return out
}

// hoursOf are the working hours among a day's entries.
func hoursOf(entries []entry) *CheckHours {
	var hours *CheckHours
	for i := range entries {
		e := &entries[i]
		from, to := civil.Clock(e.Starts).Long(), civil.Clock(e.Ends).Long()
		switch {
		case e.Type != WorkingHours:
			continue
		case hours == nil:
			hours = &CheckHours{StartTime: from, Breaks: []CheckBreak{}}
		case hours.EndTime != from:
			hours.Breaks = append(hours.Breaks, CheckBreak{Start: hours.EndTime, End: from})
		}
		hours.EndTime = to
	}
	for i := range entries {
		if e := &entries[i]; hours != nil && e.Type == Break {
			hours.Breaks = append(hours.Breaks, CheckBreak{Start: civil.Clock(e.Starts).Long(), End: civil.Clock(e.Ends).Long()})
		}
	}
	return hours
}

// refused says why not. Where the staff member does not work at all, nothing else
// matters; several reasons in the way at once are a conflict.
func (c Check) refused(why ...slots.Reason) Check {
	reason := why[0]
	if len(why) > 1 && reason >= slots.OnVacation {
		reason = slots.BookingConflict
	}
	text := reason.String()
	c.Reason, c.Message = &text, refusals()[reason]
	if c.Message == "" {
		c.Message = "The staff member is not available."
	}
	return c
}

func refusals() map[slots.Reason]string {
	return map[slots.Reason]string{
		slots.Past:              "That time has passed.",
		slots.Closed:            "The outlet is closed on that date.",
		slots.OutsideHours:      "That time lies outside the outlet's opening hours.",
		slots.ServiceNotOffered: "The staff member does not give this service then.",
		slots.NotWorking:        "The staff member does not work at that time.",
		slots.OnVacation:        "The staff member is on vacation.",
		slots.Blocked:           "That time is blocked.",
		slots.OnBreak:           "The staff member has a break at that time.",
		slots.BookingConflict:   "That time conflicts with what is booked or blocked already.",
		slots.NoResource:        "A room, chair or machine that the service needs is not free at that time.",
		slots.CapacityFull:      "The group session at that time is full.",
	}
}
