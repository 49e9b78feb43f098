package appointments

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/availability"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// plan is a booking that the engine accepted, on its way into the database.
type plan struct {
	booking  *Booking
	diary    *availability.Diary
	customer customerRow
	plan     subscriptions.Current
	promise  availability.Promise
	now      time.Time
	start    time.Time
	end      time.Time
	status   Status
	hold     *time.Time
	lines    []planLine
	total    int64
	currency string
}

// planLine is one line with the session that it begins or joins.
type planLine struct {
	id        id.ID
	service   *availability.Service
	staff     *id.ID
	staffName string
	team      []id.ID // all who serve; staff is the first of them
	start     time.Time
	end       time.Time // of the duration: what the customer is told
	duration  int       // minutes, with whoever gives it
	price     int64
	source    string
	session   id.ID
	joins     bool
	seat      int
	capacity  int
	keys      []int64
	resources []int64 // taken besides, for the whole length
	spans     []slots.Span
	unit      bool
}

type customerRow struct {
	ID    id.ID   `db:"id"`
	Name  string  `db:"name"`
	Email *string `db:"email"`
	Phone *string `db:"phone"`
}

// plan reads what a booking has to know and lets the engine decide.
func (o *Operations) plan(ctx context.Context, tx *db.Tx, b *Booking) (*plan, error) {
	p, err := o.read(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	if limit := p.plan.Limits().ServicesPerAppointment; limit != subscriptions.Unlimited && len(b.Lines) > limit {
		return nil, ErrTooManyServices
	}
	if b.Check != nil {
		if err := b.Check(p.diary, p.start); err != nil {
			return nil, err
		}
	}
	p.promise = p.diary.Promise(b.services())
	if err := p.assign(); errors.Is(err, availability.ErrStaffNotQualified) {
		return nil, knownStaff(ctx, tx, b)
	} else if err != nil {
		return nil, err
	}
	if err := p.lengths(); err != nil {
		return nil, err
	}
	if err := p.price(); err != nil {
		return nil, err
	}
	p.decideStatus()
	return p, nil
}

// read reads everything in one round trip, or in two where a service needs a team.
func (o *Operations) read(ctx context.Context, tx *db.Tx, b *Booking) (*plan, error) {
	diary := availability.Queue(tx, b.ask())
	customer := db.QueueOne[customerRow](tx, `
		SELECT id, trim(first_name || ' ' || last_name) AS name, email, phone
		FROM customers
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), b.Customer)
	current := subscriptions.Queue(tx)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	if err := diary.Build(); err != nil {
		return nil, err
	}
	if !b.wholeTeam && diary.NeedsTeam() {
		b.wholeTeam = true
		return o.read(ctx, tx, b)
	}
	if !customer.Found {
		return nil, ErrCustomerNotFound
	}
	start, err := civil.Resolve(b.Date, b.Start, diary.Location)
	if errors.Is(err, civil.ErrGap) {
		return nil, availability.ErrLocalTimeInGap.WithField(b.timeField(), availability.ErrLocalTimeInGap.Message, "value_error")
	}
	if err != nil {
		return nil, fault.InvalidField(b.timeField(), "Not a time of that date.")
	}
	return &plan{booking: b, diary: diary, customer: customer.Value, plan: current.Value, now: tx.Now(), start: start}, nil
}

// knownStaff tells staff members who do not give a service from those who are not
// there.
func knownStaff(ctx context.Context, tx *db.Tx, b *Booking) error {
	wanted := map[id.ID]bool{}
	for _, l := range b.Lines {
		if l.Staff != "" {
			wanted[l.Staff] = true
		}
	}
	known, err := db.One[int](ctx, tx, `
		SELECT count(*) FROM staff WHERE tenant_id = $1 AND id = ANY($2) AND deleted_at IS NULL`,
		tx.Tenant(), texts(slices.Collect(maps.Keys(wanted))))
	switch {
	case err != nil:
		return err
	case known < len(wanted):
		return availability.ErrStaffNotFound
	}
	return availability.ErrStaffNotQualified
}

// assign asks the engine, and takes over its choice.
func (p *plan) assign() error {
	legs := make([]slots.Leg, len(p.booking.Lines))
	for i, l := range p.booking.Lines {
		leg, err := p.diary.Leg(0, l.Service, l.Staff)
		if err != nil {
			return err
		}
		if len(p.booking.not) > 0 {
			leg.Members = slices.DeleteFunc(leg.Members, func(m slots.Member) bool { return slices.Contains(p.booking.not, m.ID) })
			if len(leg.Members) == 0 {
				return errNobodyElse
			}
		}
		if p.booking.lost > 0 {
			scatter(leg.Members)
		}
		legs[i] = leg
	}
	if p.booking.lost > 0 {
		p.diary.Scatter()
	}
	verdict := p.judge(legs)
	if !verdict.OK {
		return p.refusal(verdict, legs)
	}
	for i, v := range verdict.Lines {
		p.lines = append(p.lines, p.line(i, v))
	}
	p.end = p.lines[len(p.lines)-1].end
	return nil
}

func (p *plan) judge(legs []slots.Leg) slots.Plan {
	board := p.diary.Board(0, p.booking.services()...)
	if p.booking.keepsTime {
		return board.Again(legs[0], p.start)
	}
	return board.Chain(legs, p.start)
}

// lengths refuses a booking by somebody who expects a service to take another time:
// they would be told half of what they asked for without noticing.
func (p *plan) lengths() error {
	for i, l := range p.lines {
		said := p.booking.Lines[i].Minutes
		if said == nil || *said == l.duration || *said == l.service.Shape().Duration {
			continue
		}
		return fault.InvalidField(fmt.Sprintf("services.%d.duration_minutes", i), fmt.Sprintf("The service takes %d minutes.", l.duration))
	}
	return nil
}

// price adds the lines up.
func (p *plan) price() error {
	p.currency = p.lines[0].service.Currency
	for _, l := range p.lines {
		if l.service.Currency != p.currency {
			return ErrMixedCurrencies
		}
		p.total += l.price
		p.diary.Add(&p.promise, l.service.ID, l.price)
	}
	return nil
}

// scatter lets whoever lost a race choose at random: rivals who all turned to the
// least loaded member would meet there again, and again.
func scatter(members []slots.Member) {
	for i := range members {
		members[i].Load = rand.IntN(len(members))
	}
}

func (p *plan) line(i int, v slots.Line) planLine {
	service := p.diary.Service(p.booking.Lines[i].Service)
	shape := service.Shape()
	shape.Duration = v.Duration
	l := planLine{
		id: id.New(), service: service, duration: v.Duration, start: v.Start,
		end:   v.Start.Add(time.Duration(service.Preparation+v.Duration) * time.Minute),
		spans: shape.BusySpans(v.Start), capacity: shape.Capacity, seat: 1,
	}
	l.resources = v.Units
	for _, c := range v.Chosen {
		l.keys = append(l.keys, c.Key)
		l.capacity = c.Capacity
		if c.Session != "" {
			l.session, l.joins = c.Session, true
		}
		if c.ID == "" {
			l.unit = true
			continue
		}
		if l.team = append(l.team, c.ID); l.staff == nil {
			staff := c.ID
			l.staff, l.staffName = &staff, p.diary.StaffName(c.ID)
		}
	}
	if !l.joins {
		l.session = id.New()
	}
	served := id.ID("")
	if l.staff != nil {
		served = *l.staff
	}
	l.price, l.source = p.diary.Price(service.ID, served)
	return l
}

// blocks is preparation, duration and cleanup.
func (l *planLine) blocks() time.Duration {
	return time.Duration(l.service.Preparation+l.duration+l.service.Cleanup) * time.Minute
}

// decideStatus: the desk's bookings stand at once, a customer's wait for payment,
// unless the outlet confirms by itself. What costs nothing waits for nothing.
func (p *plan) decideStatus() {
	upfront := p.promise.Upfront()
	switch {
	case p.booking.AlwaysPending, p.booking.Offer:
		p.status = Pending
	case p.total == 0, !upfront && (p.booking.Audience == availability.Desk || p.promise.AutoConfirm):
		p.status = Confirmed
		return
	default:
		p.status = Pending
	}
	until := p.holdUntil()
	p.hold = &until
}

// holdUntil is a day from now, or what the booking asks for, but never past the
// start less the promised notice.
func (p *plan) holdUntil() time.Time {
	hold := p.booking.HoldFor
	if hold == 0 {
		hold = defaultHold
	}
	latest := p.start.Add(-time.Duration(p.promise.MinNoticeMinutes) * time.Minute)
	unnoticed := p.booking.Offer && p.booking.Audience == availability.Desk // the notice does not bind the desk
	if p.booking.AlwaysPending || unnoticed || !latest.After(p.now) {
		latest = p.start
	}
	if until := p.now.Add(hold); until.Before(latest) {
		return until
	}
	return latest
}
