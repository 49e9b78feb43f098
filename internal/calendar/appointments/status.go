package appointments

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// change is one transition of an appointment, on its way.
type change struct {
	tx    *db.Tx
	who   access.Actor
	row   *row
	lines []line
	old   auditEntry
	notes string // as they were
}

// begin locks an appointment that who may see.
func begin(ctx context.Context, tx *db.Tx, who access.Actor, appointment id.ID) (*change, error) {
	r, lines, err := lock(ctx, tx, appointment)
	if err != nil {
		return nil, err
	}
	if err := visible(ctx, tx, who, r, lines); err != nil {
		return nil, err
	}
	if _, system := who.(access.System); !system && r.offered(tx.Now()) {
		return nil, ErrOffered
	}
	return newChange(tx, who, r, lines), nil
}

func newChange(tx *db.Tx, who access.Actor, r *row, lines []line) *change {
	return &change{tx: tx, who: who, row: r, lines: lines, old: auditView(r, lines), notes: r.Notes}
}

// end queues the change, its audit entry and its event.
func (c *change) end(action string, event jobs.Event) Appointment {
	save(c.tx, c.row)
	now := auditView(c.row, c.lines)
	if c.row.Notes != c.notes {
		now.Changed = []string{"notes"}
	}
	audit.Record(c.tx, c.who, action, "appointment", c.row.ID, c.old, now)
	if event != nil {
		jobs.Publish(c.tx, event)
	}
	return view(c.row, c.lines, c.tx.Now())
}

// to moves the appointment along its lifecycle.
func (c *change) to(next Status) error {
	if now := c.row.effective(c.tx.Now()); !now.CanBecome(next) {
		return ErrTransition.With("An appointment that is %s cannot become %s.", now, next)
	}
	c.row.Status = next
	return nil
}

// confirm takes the hold away. It is what the desk, a payment and a guest's
// verification do alike.
func (c *change) confirm() error {
	if c.row.lapsed(c.tx.Now()) {
		return ErrHoldLapsed
	}
	if err := c.to(Confirmed); err != nil {
		return err
	}
	now := c.tx.Now()
	c.row.ConfirmedAt, c.row.HoldUntil = &now, nil
	keepSeats(c.tx, c.row.ID, len(c.lines))
	return nil
}

// Confirm makes a pending appointment stand. Faults: ErrNotFound, ErrTransition,
// ErrHoldLapsed.
func (o *Operations) Confirm(ctx context.Context, who access.Staff, appointment id.ID) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(_ context.Context, c *change) (Appointment, error) {
		if err := c.confirm(); err != nil {
			return Appointment{}, err
		}
		return c.end("appointment.confirmed", ConfirmedEvent{AppointmentID: c.row.ID}), nil
	})
}

// Start marks that the visit has begun, on its day: ErrTooEarly.
func (o *Operations) Start(ctx context.Context, who access.Staff, appointment id.ID) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(_ context.Context, c *change) (Appointment, error) {
		return c.start()
	})
}

func (c *change) start() (Appointment, error) {
	if err := c.to(InProgress); err != nil {
		return Appointment{}, err
	}
	if err := c.tooEarlyToStart(); err != nil {
		return Appointment{}, err
	}
	now := c.tx.Now()
	c.row.StartedAt = &now
	return c.end("appointment.started", nil), nil
}

// Complete marks that the visit is over: one that was begun, or whose time has
// come (ErrTooEarly). What costs money has to be paid first: ErrNotPaid.
func (o *Operations) Complete(ctx context.Context, who access.Staff, appointment id.ID, notes string) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(_ context.Context, c *change) (Appointment, error) {
		return c.complete(notes)
	})
}

func (c *change) complete(notes string) (Appointment, error) {
	begun := c.row.Status == InProgress
	if err := c.to(Completed); err != nil {
		return Appointment{}, err
	}
	if !begun {
		if err := c.notBefore(c.row.StartsAt, "A visit that was not started can be completed once its time has come."); err != nil {
			return Appointment{}, err
		}
	}
	if c.row.PaymentStatus != PaymentPaid && c.row.PaymentStatus != PaymentNotRequired {
		return Appointment{}, ErrNotPaid
	}
	now := c.tx.Now()
	c.row.CompletedAt = &now
	if notes != "" {
		c.row.CompletionNotes = notes
	}
	return c.end("appointment.completed", CompletedEvent{AppointmentID: c.row.ID}), nil
}

// MarkNoShow records that the customer did not come, once they should have
// (ErrTooEarly), and gives the seats back. The reason is appended to the notes.
func (o *Operations) MarkNoShow(ctx context.Context, who access.Staff, appointment id.ID, reason string) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		return c.noShow(ctx, reason)
	})
}

func (c *change) noShow(ctx context.Context, reason string) (Appointment, error) {
	if err := c.to(NoShowed); err != nil {
		return Appointment{}, err
	}
	if err := c.notBefore(c.row.StartsAt, "Nobody is absent before the visit should have begun."); err != nil {
		return Appointment{}, err
	}
	if reason != "" {
		if c.row.Notes != "" {
			c.row.Notes += "\n"
		}
		c.row.Notes += "No-show: " + reason
	}
	if err := releaseSeats(ctx, c.tx, c.row.ID); err != nil {
		return Appointment{}, err
	}
	return c.end("appointment.no_show", NoShowEvent{AppointmentID: c.row.ID}), nil
}

// Cancel ends an appointment for the desk, at any time before it is over.
func (o *Operations) Cancel(ctx context.Context, who access.Staff, appointment id.ID, reason string) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		return c.cancel(ctx, ByStaff, reason)
	})
}

// CancelOwn ends an appointment for its customer, until the promised hours before
// its start: ErrTooLate. Where a fee was promised for it, also later, until it begins.
func (o *Operations) CancelOwn(ctx context.Context, who access.Customer, appointment id.ID, reason string) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		begun := !c.tx.Now().Before(c.row.StartsAt)
		if c.row.effective(c.tx.Now()) == Confirmed && c.row.late(c.tx.Now()) && (begun || c.row.promise().LateCancellationFee == 0) {
			return Appointment{}, ErrTooLate
		}
		return c.cancel(ctx, ByCustomer, reason)
	})
}

func (c *change) cancel(ctx context.Context, by, reason string) (Appointment, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Appointment{}, fault.InvalidField("cancellation_reason", "Say why.")
	}
	if err := c.to(Cancelled); err != nil {
		return Appointment{}, err
	}
	now := c.tx.Now()
	c.row.CancelledBy, c.row.CancelledAt, c.row.CancellationReason, c.row.HoldUntil = &by, &now, reason, nil
	if err := releaseSeats(ctx, c.tx, c.row.ID); err != nil {
		return Appointment{}, err
	}
	return c.end("appointment.cancelled", CancelledEvent{AppointmentID: c.row.ID}), nil
}

// change runs fn on a locked appointment.
func (o *Operations) change(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID,
	fn func(context.Context, *change) (Appointment, error)) (out Appointment, err error) {
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		tx.PlanOnce()
		c, err := begin(ctx, tx, who, appointment)
		if err != nil {
			return err
		}
		out, err = fn(ctx, c)
		return err
	})
	return out, translate(err)
}

func translate(err error) error {
	switch {
	case db.IsConflict(err, "hold_lapsed"):
		return ErrHoldLapsed
	case db.IsConflict(err, "appointments_version"):
		return ErrStale
	}
	return err
}

// late tells whether cancelling at a moment is later than was promised to be free.
func (r *row) late(at time.Time) bool { return at.After(r.StartsAt.Add(-r.cancellationNotice())) }

func (r *row) cancellationNotice() time.Duration {
	return time.Duration(r.promise().CancellationHours) * time.Hour
}

// visible hides what is not the caller's: other outlets from those bound to some,
// others' appointments from staff members and customers.
func visible(ctx context.Context, tx *db.Tx, who access.Actor, r *row, lines []line) error {
	switch who := who.(type) {
	case access.Customer:
		if r.CustomerID != who.ID {
			return ErrNotFound
		}
	case access.Staff:
		if !who.CanOutlet(r.OutletID) {
			return ErrNotFound
		}
		if who.Can(access.ReadAppointments) || who.Can(access.ReadAll) || who.Can(access.ReadTenant) {
			return nil
		}
		return ownLines(ctx, tx, who, lines)
	}
	return nil
}

// ownLines lets a staff member see the appointments that they serve in.
func ownLines(ctx context.Context, tx *db.Tx, who access.Staff, lines []line) error {
	var staff []string
	for _, l := range lines {
		if l.StaffID != nil {
			staff = append(staff, string(*l.StaffID))
		}
		for _, mate := range l.Team {
			staff = append(staff, string(mate.StaffID))
		}
	}
	_, err := db.One[int](ctx, tx, `
		SELECT 1 FROM staff WHERE tenant_id = $1 AND user_id = $2 AND id = ANY($3) LIMIT 1`, tx.Tenant(), who.UserID, staff)
	if err == db.ErrNotFound {
		return ErrNotFound
	}
	return err
}

// transitionFaults are what every change may answer.
func transitionFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{ErrNotFound, ErrTransition, ErrStale, ErrOffered}, more...)
}
