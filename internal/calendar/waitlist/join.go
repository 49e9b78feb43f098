package waitlist

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Join puts the customer who asks on the waitlist. Faults: those of
// availability.Diary, appointments.ErrForeignTenant, ErrOver, ErrOutsideWindow,
// ErrTooShort, ErrSlotFree with the next starts, ErrAlreadyWaiting, ErrTooMany.
func (o *Operations) Join(ctx context.Context, who access.Customer, in Input) (Wish, error) {
	return o.join(ctx, who.Tenant, who, joining{customer: who.ID, source: ownSource, in: in})
}

// Add puts a customer on the waitlist for the desk, which notice and horizon do not
// bind. Faults: those of Join, appointments.ErrCustomerNotFound.
func (o *Operations) Add(ctx context.Context, who access.Staff, in StaffInput) (Wish, error) {
	if !who.CanOutlet(in.OutletID) {
		// Not told apart from an outlet that does not exist.
		return Wish{}, availability.ErrOutletNotFound
	}
	return o.join(ctx, who.Tenant, who, joining{customer: in.CustomerID, source: theDesk, in: in.Input})
}

// joining is a wish on its way.
type joining struct {
	customer id.ID
	source   string
	in       Input
	want
}

// widest is how far a zone's midnight lies from UTC's.
const widest = 15 * time.Hour

func (o *Operations) join(ctx context.Context, tenant id.ID, who access.Actor, j joining) (out Wish, err error) {
	if j.in.TenantID != nil && *j.in.TenantID != tenant {
		return Wish{}, appointments.ErrForeignTenant
	}
	w, err := j.in.window()
	if err != nil {
		return Wish{}, err
	}
	j.want = want{service: j.in.ServiceID, window: w, source: j.source}
	if j.in.StaffID != nil {
		j.staff = *j.in.StaffID
	}
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		if err := j.check(ctx, tx); err != nil {
			return err
		}
		wish := id.NewAt(tx.Now())
		insertWish(tx, wish, &j)
		audit.Record(tx, who, "waitlist.joined", "waitlist_wish", wish, nil, j.digest(Waiting))
		jobs.Publish(tx, JoinedEvent{WishID: wish})
		out, err = load(ctx, tx, wish)
		return err
	})
	if db.IsConflict(err, "waitlist_wishes_once") {
		return Wish{}, ErrAlreadyWaiting
	}
	return out, err
}

// check asks the engine whether the wish makes sense. It locks the customer, so that
// wishes of one are counted one after another.
func (j *joining) check(ctx context.Context, tx *db.Tx) error {
	from := j.from
	if earliest := civil.Of(tx.Now().Add(-widest), time.UTC); from.Before(earliest) {
		from = earliest
	}
	if j.to.Before(from) {
		return ErrOver
	}
	customer := lockCustomer(tx, j.customer)
	open := countOpen(tx, j.customer)
	member := queueMember(tx, j.staff)
	avoid := queueBusy(tx, []id.ID{j.customer}, from, j.to)
	d := availability.Queue(tx, availability.Ask{
		Outlet: j.in.OutletID, Services: []id.ID{j.service}, From: from, To: j.to, Audience: audience(j.source),
	})
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if err := d.Build(); err != nil {
		return err
	}
	switch {
	case !customer.Found:
		return appointments.ErrCustomerNotFound
	case j.staff != "" && !member.Found:
		return availability.ErrStaffNotFound
	case j.staff != "" && d.StaffName(j.staff) == "":
		return availability.ErrStaffNotQualified
	}
	if err := j.inTime(d, tx.Now()); err != nil {
		return err
	}
	if open.Value >= maxOpen {
		return ErrTooMany
	}
	for _, b := range avoid.Rows {
		j.avoid = append(j.avoid, span{b.From, b.To})
	}
	return j.nothingFree(d)
}

// inTime refuses windows that are over, or beyond what may be booked, and those too
// short for the service.
func (j *joining) inTime(d *availability.Diary, now time.Time) error {
	takes := j.shortest(d)
	if int(j.before-j.after) < takes {
		return ErrTooShort.WithField("time_to", ErrTooShort.Message, "value_error")
	}
	// The latest moment at which a start could lie.
	end := j.to.End(d.Location)
	if j.before < civil.EndOfDay {
		if at, err := civil.Resolve(j.to, j.before, d.Location); err == nil {
			end = at
		}
	}
	latest := end.Add(-time.Duration(takes) * time.Minute)
	from, last := d.Bookable(j.service)
	switch {
	case !latest.After(now):
		return ErrOver
	case latest.Before(from), !last.IsZero() && j.to.After(last), j.to.Sub(d.Today()) > maxAhead:
		return ErrOutsideWindow
	}
	return nil
}

// nothingFree refuses to wait for what can be booked.
func (j *joining) nothingFree(d *availability.Diary) error {
	free, err := j.fits(d, 3)
	if err != nil || len(free) == 0 {
		return err
	}
	next := make([]Start, len(free))
	for i, f := range free {
		next[i] = Start{Date: f.date, StartTime: f.start}
	}
	return ErrSlotFree.WithExtra(map[string]any{"next_available": next})
}

// digest is what the audit log keeps of a wish.
type digest struct {
	Status      string      `json:"status"`
	Outlet      id.ID       `json:"outlet_id"`
	Customer    id.ID       `json:"customer_id"`
	Service     id.ID       `json:"service_id"`
	Staff       id.ID       `json:"staff_id,omitempty"`
	From        civil.Date  `json:"date_from"`
	To          civil.Date  `json:"date_to"`
	After       civil.Clock `json:"time_from"`
	Before      civil.Clock `json:"time_to"`
	Appointment id.ID       `json:"appointment_id,omitempty"`
}

func (j *joining) digest(status string) digest {
	return digest{
		Status: status, Outlet: j.in.OutletID, Customer: j.customer, Service: j.service, Staff: j.staff,
		From: j.from, To: j.to, After: j.after, Before: j.before,
	}
}
