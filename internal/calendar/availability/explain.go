package availability

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// ExplainAsk asks why a service can or cannot begin at a time.
type ExplainAsk struct {
	Outlet, Service id.ID
	Staff           id.ID // only this one, when given
	Audience        Audience
	Date            civil.Date
	Start           civil.Clock
}

// Explanation says whether a service can be booked at a time, and if not, why.
type Explanation struct {
	Date          civil.Date      `json:"date"`
	StartTime     civil.Clock     `json:"start_time" example:"14:00"`
	EndTime       civil.Clock     `json:"end_time" doc:"End of the cleanup with whoever would be chosen, or where nobody can with who takes least time; the start itself where the clock skips that" example:"15:30"`
	Timezone      string          `json:"timezone" example:"Asia/Jakarta"`
	Bookable      bool            `json:"bookable"`
	Reasons       []ExplainReason `json:"reasons" doc:"Why not: what keeps whoever comes closest first. Empty where the time can be booked"`
	Staff         []ExplainMember `json:"staff" doc:"Each who gives the service, those who can first; empty where nobody was looked at, since the time itself is refused"`
	Resources     []string        `json:"missing_resources" doc:"Kinds of resources of which too few are free"`
	NextAvailable []civil.Clock   `json:"next_available" doc:"The next starts of that date that can be booked, later than the asked one; empty where there are none on it"`
}

// ExplainReason is one reason with the end of what is in the way.
type ExplainReason struct {
	Code    string       `json:"code" example:"on_break"`
	Message string       `json:"message" example:"The staff member has a break at that time."`
	Until   *civil.Clock `json:"until" doc:"When that is over, on the same date; null where it does not end on it" example:"13:00"`
}

// ExplainMember is what one staff member has against the time.
type ExplainMember struct {
	StaffID   *id.ID          `json:"staff_id" doc:"Null for the place of a service that needs no staff"`
	StaffName string          `json:"staff_name" example:"Ayu Lestari"`
	Duration  int             `json:"duration_minutes" doc:"How long the service takes with them" example:"60"`
	Available bool            `json:"available"`
	Reasons   []ExplainReason `json:"reasons"`
}

// Explain lets the engine that books say why. Faults: ErrOutletNotFound, also for one
// out of the caller's reach, ErrServiceNotFound, ErrStaffNotFound.
func (o *Operations) Explain(ctx context.Context, who access.Staff, a ExplainAsk) (*Explanation, error) {
	if !who.CanOutlet(a.Outlet) {
		return nil, ErrOutletNotFound
	}
	d, err := o.load(ctx, who.Tenant, Ask{Outlet: a.Outlet, Services: []id.ID{a.Service}, From: a.Date, To: a.Date, Audience: a.Audience})
	if d == nil {
		return nil, err
	}
	defer d.release()
	barred, err := d.barred(err)
	if err != nil {
		return nil, err
	}
	start, err := civil.Resolve(a.Date, a.Start, d.Location)
	gap := errors.Is(err, civil.ErrGap)
	if err != nil && !gap {
		return nil, err
	}
	if len(barred) > 0 {
		if gap {
			barred = append(barred, inGap)
		}
		return d.outright(a, start, barred), nil
	}
	leg, err := d.Leg(0, a.Service, a.Staff)
	switch {
	case errors.Is(err, ErrStaffNotQualified):
		return o.explainUnfit(ctx, who, d, a, start)
	case err != nil:
		return nil, err
	case gap:
		return d.skipped(a, leg), nil
	}
	return d.explain(a, leg, start), nil
}

func (d *Diary) explain(a ExplainAsk, leg slots.Leg, start time.Time) *Explanation {
	board := d.Board(0, a.Service)
	v := board.Explain(leg, start)
	out := &Explanation{
		Date: a.Date, StartTime: a.Start, EndTime: clockAt(start.Add(d.Service(a.Service).lasting(v.Duration)), d.Location), Timezone: d.Location.String(),
		Bookable: v.OK, Reasons: []ExplainReason{}, Staff: []ExplainMember{}, Resources: v.Missing, NextAvailable: d.next(leg, a.Service, start),
	}
	if out.Resources == nil {
		out.Resources = []string{}
	}
	for _, c := range v.Candidates {
		if a.Staff == "" || c.ID == a.Staff {
			out.Staff = append(out.Staff, d.explainMember(c.ID, true, c.Duration))
		}
	}
	soonest := map[slots.Reason]time.Time{}
	for _, r := range v.Refusals {
		if a.Staff != "" && r.ID != a.Staff {
			continue
		}
		one := d.explainMember(r.ID, false, leg.Service.By(memberOf(leg, r.Key)).Duration)
		for _, why := range r.Reasons {
			until := board.Until(leg.Service, memberOf(leg, r.Key), start, why)
			if was := soonest[why]; !until.IsZero() && (was.IsZero() || until.Before(was)) {
				soonest[why] = until
			}
			one.Reasons = append(one.Reasons, d.reason(why, until))
		}
		out.Staff = append(out.Staff, one)
	}
	for _, why := range v.Reasons {
		until := soonest[why]
		switch {
		case why == slots.OutsideHours || why == slots.Closed:
			until = board.Opens(leg, start)
		case why == slots.NoResource && until.IsZero():
			until = restocked(board, leg, start)
		}
		if why == slots.ServiceNotOffered && len(leg.Members) == 0 {
			out.Reasons = append(out.Reasons, d.Nobody(a.Service))
			continue
		}
		said := d.reason(why, until)
		if why == slots.OutsideHours && board.PastMidnight(start, leg, start) {
			said.Message = PastMidnight
		}
		out.Reasons = append(out.Reasons, said)
	}
	return out
}

// next are starts after one.
func (d *Diary) next(leg slots.Leg, service id.ID, start time.Time) []civil.Clock {
	clocks := []civil.Clock{}
	for _, t := range d.Next([]slots.Leg{leg}, []id.ID{service}, start, 3) {
		clocks = append(clocks, clockAt(t, d.Location))
	}
	return clocks
}

// restocked returns when the resources that a start lacks are there for whoever needs
// them for the shortest time.
func restocked(board *slots.Board, leg slots.Leg, start time.Time) (soonest time.Time) {
	members := leg.Members
	if len(members) == 0 {
		members = []slots.Member{{}}
	}
	for i := range members {
		until := board.Until(leg.Service, &members[i], start, slots.NoResource)
		if !until.IsZero() && (soonest.IsZero() || until.Before(soonest)) {
			soonest = until
		}
	}
	return soonest
}

func (d *Diary) explainMember(staff id.ID, available bool, duration int) ExplainMember {
	m := ExplainMember{Available: available, Duration: duration, Reasons: []ExplainReason{}}
	if staff != "" {
		m.StaffID, m.StaffName = &staff, d.StaffName(staff)
	}
	return m
}

func memberOf(leg slots.Leg, key int64) *slots.Member {
	for i := range leg.Members {
		if leg.Members[i].Key == key {
			return &leg.Members[i]
		}
	}
	return new(slots.Member)
}

// reason says a reason in words. What ends after the date has no end on it.
func (d *Diary) reason(why slots.Reason, until time.Time) ExplainReason {
	r := ExplainReason{Code: why.String(), Message: explained(why)}
	if !until.IsZero() && until.Before(d.days[0].End()) {
		clock := clockAt(until, d.Location)
		r.Until = &clock
	}
	return r
}

// PastMidnight says why a visit cannot go on after an open outlet's day.
const PastMidnight = "A visit ends on the day on which it begins: there is not enough time left before midnight."

func explained(why slots.Reason) string {
	switch why {
	case slots.OffRaster:
		return "Services begin every five minutes."
	case slots.RepeatedTime:
		return "The clock is put back over that time; it means its first occurrence."
	case slots.OutsideWindow:
		return "That time is too soon or too far ahead."
	case slots.NotEnoughStaff:
		return "Too few staff members are free at the same time."
	case slots.NoResource:
		return "Too few of the rooms, chairs or machines that the service needs are free."
	}
	if text := refusals()[why]; text != "" {
		return text
	}
	return "The time cannot be booked."
}
