package availability

import (
	"slices"
	"time"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Defaults where neither service nor settings say anything.
const (
	defaultHorizonDays      = 90
	defaultGuestHorizonDays = 365
)

// Days returns how many dates the diary covers.
func (d *Diary) Days() int { return len(d.days) }

// Day returns day n, counted from Ask.From.
func (d *Diary) Day(n int) *slots.Day { return d.days[n] }

// Service returns a service of the Ask.
func (d *Diary) Service(service id.ID) *Service { return d.bySvc[service] }

// OutletName and HoursSet tell of the outlet.
func (d *Diary) OutletName() string { return d.outlet.Value.Name }

// HoursSet tells whether the outlet ever said when it opens.
func (d *Diary) HoursSet() bool { return d.outlet.Value.HoursSet }

// StaffName returns the name shown for a member, empty for a unit.
func (d *Diary) StaffName(staff id.ID) string {
	for i := range d.staff {
		if d.staff[i].id == staff {
			return d.staff[i].name
		}
	}
	return ""
}

// Length is preparation, duration and cleanup, in minutes.
func (s *Service) Length() int { return s.Preparation + s.Duration + s.Cleanup }

// NeedsTeam tells whether the diary left staff members out although a service needs
// several at once.
func (d *Diary) NeedsTeam() bool {
	if d.ask.Only == nil {
		return false
	}
	for _, s := range d.bySvc {
		if s.NeedsStaff && s.StaffCount > 1 {
			return true
		}
	}
	return false
}

// Shape is the service as the engine sees it.
func (s *Service) Shape() slots.Service { return s.shape }

// Board returns the board of day n for the services; it is valid until the next
// call. NotAfter lies at the end of the last date of the horizon.
func (d *Diary) Board(n int, services ...id.ID) *slots.Board {
	d.board.Reset(d.days[n], d.hoursOn(n), d.policy(services))
	d.stock(n)
	return &d.board
}

// policy joins the limits of all the services.
func (d *Diary) policy(services []id.ID) slots.Policy {
	p := slots.Policy{Now: d.now}
	if d.ask.Audience == Desk {
		return p
	}
	r, t := d.rules(), d.tenantRules()
	notice := time.Duration(r.MinNoticeMinutes) * time.Minute
	horizon := defaultHorizonDays
	if r.AdvanceBookingDays != nil {
		horizon = *r.AdvanceBookingDays
	}
	if t.BookingAdvanceDays != nil {
		horizon = min(horizon, *t.BookingAdvanceDays)
	}
	for _, service := range services {
		s := d.bySvc[service]
		notice = max(notice, time.Duration(s.MinHours)*time.Hour)
		horizon = min(horizon, s.MaxDays)
	}
	if d.ask.Audience == Guest {
		horizon = d.GuestHorizonDays()
	}
	p.NotBefore = d.now.Add(notice)
	p.NotAfter = d.lastInstant(horizon)
	return p
}

// GuestHorizonDays is how many days ahead the guest API books.
func (d *Diary) GuestHorizonDays() int {
	if days := d.tenantRules().BookingHorizonDays; days != nil {
		return *days
	}
	return defaultGuestHorizonDays
}

// Today is the date at the outlet.
func (d *Diary) Today() civil.Date { return civil.Of(d.now, d.Location) }

func (d *Diary) lastInstant(days int) time.Time {
	return d.Today().AddDays(days).End(d.Location).Add(-time.Second)
}

// Leg returns a service on day n with those who may give it; wanted, where given,
// is the member who has to. It fails with ErrStaffNotQualified if wanted is not
// among them.
func (d *Diary) Leg(n int, service id.ID, wanted id.ID) (slots.Leg, error) {
	s := d.bySvc[service]
	leg := slots.Leg{Service: s.shape}
	first := len(d.arena.members)
	found := wanted == ""
	for i := range d.staff {
		m := &d.staff[i]
		if !slices.Contains(m.services, string(service)) || d.beyond(m, n) {
			continue
		}
		isWanted := wanted != "" && m.id == wanted
		found = found || isWanted
		d.arena.members = append(d.arena.members, d.member(i, n, s, isWanted))
	}
	leg.Members = d.arena.members[first:len(d.arena.members):len(d.arena.members)]
	if !found {
		return leg, ErrStaffNotQualified
	}
	return leg, nil
}

// OnlyLeg is Leg without the other members.
func (d *Diary) OnlyLeg(n int, service, staff id.ID) (slots.Leg, error) {
	leg, err := d.Leg(n, service, staff)
	leg.Members = slices.DeleteFunc(leg.Members, func(m slots.Member) bool { return !m.Wanted })
	return leg, err
}

// beyond tells whether the day is further ahead than the member is booked online.
func (d *Diary) beyond(m *member, n int) bool {
	return d.ask.Audience == Online && m.maxDays != nil && d.days[n].Date().Sub(d.Today()) > *m.maxDays
}

// arena is where the parts of legs are put, so that a grid of many days and
// members needs few allocations.
type arena struct {
	members []slots.Member
	shifts  []slots.Shift
	off     []slots.Off
}

// reset forgets the legs that were made so far.
func (a *arena) reset() { a.members, a.shifts, a.off = a.members[:0], a.shifts[:0], a.off[:0] }

func (d *Diary) member(i, n int, s *Service, wanted bool) slots.Member {
	m := &d.staff[i]
	out := slots.Member{Key: m.key, ID: m.id, Wanted: wanted, Duration: m.terms(s).duration, Busy: d.busyOn(i, n)}
	out.Load = len(out.Busy)
	shifts, off := len(d.arena.shifts), len(d.arena.off)
	if m.unit {
		d.arena.shifts = append(d.arena.shifts, slots.Shift{Wall: slots.Wall{From: 0, To: civil.EndOfDay}})
	}
	entries := d.entries[m.id]
	at, _ := slices.BinarySearchFunc(entries, n, func(e entryRow, day int) int { return e.day - day })
	for ; at < len(entries) && entries[at].day == n; at++ {
		d.arena.add(&entries[at], s.ID)
	}
	out.Working, out.Off = d.arena.shifts[shifts:len(d.arena.shifts):len(d.arena.shifts)], d.arena.off[off:len(d.arena.off):len(d.arena.off)]
	for r := range d.runs {
		run := &d.runs[r]
		if run.service == s.ID && run.key == m.key {
			out.Runs = append(out.Runs, slots.Run{Session: run.session, Start: run.start, Taken: run.taken, Capacity: run.capacity})
		}
	}
	return out
}

func (a *arena) add(e *entryRow, service id.ID) {
	wall := slots.Wall{From: e.starts, To: e.ends}
	switch e.kind {
	case WorkingHours:
		if e.available {
			other := e.services != nil && !slices.Contains(e.services, string(service))
			a.shifts = append(a.shifts, slots.Shift{Wall: wall, Seats: e.capacity, OtherServices: other})
		}
	case Break:
		a.off = append(a.off, slots.Off{Kind: slots.Break, Wall: wall})
	case Vacation:
		a.off = append(a.off, slots.Off{Kind: slots.Vacation, Wall: wall})
	default:
		a.off = append(a.off, slots.Off{Kind: slots.Block, Wall: wall})
	}
}

// LapsedWithin returns the lapsed sessions that still stand in the way of spans of
// a subject.
func (d *Diary) LapsedWithin(key int64, spans []slots.Span) (sessions []id.ID) {
	for _, l := range d.lapsed {
		for _, s := range spans {
			if l.Key == key && l.Span.From.Before(s.To) && s.From.Before(l.Span.To) && !slices.Contains(sessions, l.Session) {
				sessions = append(sessions, l.Session)
			}
		}
	}
	return sessions
}

// Policy that is promised to a booking.
type Promise struct {
	CancellationHours      int  `json:"cancellation_hours"`
	AutoConfirm            bool `json:"auto_confirm"`
	PaymentRequiredUpfront bool `json:"payment_required_upfront"`
	MinNoticeMinutes       int  `json:"min_notice_minutes"`
	// In minor units of the booking: what is to be paid before it stands, and what is
	// kept or charged where the customer does not come, or cancels late.
	Prepayment          int64 `json:"prepayment,omitempty"`
	NoShowFee           int64 `json:"no_show_fee,omitempty"`
	LateCancellationFee int64 `json:"late_cancellation_fee,omitempty"`
}

// Upfront tells whether something is to be paid before the booking stands.
func (p Promise) Upfront() bool { return p.PaymentRequiredUpfront || p.Prepayment > 0 }

// Promise returns the rules to be copied into a booking of the services.
func (d *Diary) Promise(services []id.ID) Promise {
	r, t := d.rules(), d.tenantRules()
	p := Promise{CancellationHours: 24, AutoConfirm: r.AutoConfirm, PaymentRequiredUpfront: r.PaymentUpfront, MinNoticeMinutes: r.MinNoticeMinutes}
	switch {
	case r.CancellationHours != nil:
		p.CancellationHours = *r.CancellationHours
	case t.CancellationHours != nil:
		p.CancellationHours = *t.CancellationHours
	}
	for _, service := range services {
		p.MinNoticeMinutes = max(p.MinNoticeMinutes, d.bySvc[service].MinHours*60)
	}
	return p
}

// Add adds to the promise what a service that costs price takes of it.
func (d *Diary) Add(p *Promise, service id.ID, price int64) {
	s := d.bySvc[service]
	promised, currency := s.Terms.Over(d.rules().Terms), money.Currency(s.Currency)
	p.Prepayment += promised.Prepayment.Of(price, currency)
	p.NoShowFee += promised.NoShowFee.Of(price, currency)
	p.LateCancellationFee += promised.LateCancellationFee.Of(price, currency)
}

// SlotInterval is the outlet's own interval in minutes.
func (d *Diary) SlotInterval() int {
	if m := d.rules().SlotIntervalMinutes; m > 0 {
		return m
	}
	return 30
}
