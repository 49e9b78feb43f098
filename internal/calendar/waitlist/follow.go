package waitlist

import (
	"context"
	"errors"
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

// cancelled writes down the offer that lapsed with an appointment, if it was one, and
// offers its time to the next.
func (o *Operations) cancelled(ctx context.Context, tenant, appointment id.ID) error {
	if err := o.lapse(ctx, tenant, appointment); err != nil {
		return err
	}
	return o.freedBy(ctx, tenant, appointment)
}

// openRow is an open offer whose appointment has ended.
type openRow struct {
	Offer     id.ID     `db:"id"`
	Wish      id.ID     `db:"wish_id"`
	ExpiresAt time.Time `db:"expires_at"`
}

// lapse ends the open offer of a cancelled appointment: everything but the clock ends
// an offer itself. Who does not answer loses the place, or the time would go round
// among those who do not look.
func (o *Operations) lapse(ctx context.Context, tenant, appointment id.ID) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		open, err := db.One[openRow](ctx, tx, `
			SELECT f.id, f.wish_id, f.expires_at
			FROM waitlist_offers f
			JOIN appointments a ON a.tenant_id = $1 AND a.id = f.appointment_id AND a.status = 'cancelled'
			WHERE f.tenant_id = $1 AND f.appointment_id = $2 AND f.outcome IS NULL
			FOR UPDATE OF f`, tx.Tenant(), appointment)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		w, err := load(ctx, tx, open.Wish)
		if err != nil {
			return err
		}
		endOffer(tx, open.Offer, outcomeLapsed, open.ExpiresAt)
		setWish(tx, w.ID, Offered, Lapsed)
		is := w.digest(Lapsed)
		is.Appointment = appointment
		audit.Record(tx, offering(), "waitlist.lapsed", "waitlist_wish", w.ID, w.digest(Offered), is)
		jobs.Publish(tx, LapsedEvent{OfferID: open.Offer})
		return nil
	})
}

// placeRow is where and when an appointment is, and where it was before its last move.
type placeRow struct {
	Outlet  id.ID       `db:"outlet_id"`
	Date    civil.Date  `db:"date"`
	MovedAt *time.Time  `db:"rescheduled_at"`
	Before  *civil.Date `db:"before"`
}

func (o *Operations) place(ctx context.Context, tenant, appointment id.ID) (p placeRow, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		p, err = db.One[placeRow](ctx, tx, `
			SELECT a.outlet_id, (a.starts_at AT TIME ZONE o.timezone)::date AS date, a.rescheduled_at, (a.rescheduled_from ->> 'date')::date AS before
			FROM appointments a
			JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
			WHERE a.tenant_id = $1 AND a.id = $2`, tx.Tenant(), appointment)
		return err
	})
	return p, err
}

// freedBy offers what an appointment has freed on its date.
func (o *Operations) freedBy(ctx context.Context, tenant, appointment id.ID) error {
	p, err := o.place(ctx, tenant, appointment)
	if err != nil {
		return err
	}
	return o.Match(ctx, tenant, p.Outlet, dates{p.Date, p.Date})
}

// moved offers what an appointment has left. If it was moved again since, it is not
// known any more when that was, and all dates are looked at.
func (o *Operations) moved(ctx context.Context, tenant id.ID, e appointments.RescheduledEvent) error {
	p, err := o.place(ctx, tenant, e.AppointmentID)
	if err != nil {
		return err
	}
	if p.Before == nil || p.MovedAt == nil || !p.MovedAt.Equal(e.At) {
		return o.matchAll(ctx, tenant, p.Outlet)
	}
	return o.Match(ctx, tenant, p.Outlet, dates{*p.Before, *p.Before})
}

// changed offers what a staff member's working hours have freed, at each of their
// outlets where somebody waits.
func (o *Operations) changed(ctx context.Context, tenant id.ID, e availability.ChangedEvent) error {
	var outlets []id.ID
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		outlets, err = db.All[id.ID](ctx, tx, `
			SELECT so.outlet_id
			FROM staff_outlets so
			WHERE so.tenant_id = $1 AND so.staff_id = $2
				AND EXISTS (
					SELECT 1 FROM waitlist_wishes w
					WHERE w.tenant_id = $1 AND w.outlet_id = so.outlet_id AND w.status = 'waiting' AND w.date_from <= $4 AND w.date_to >= $3)
			ORDER BY so.outlet_id`, tx.Tenant(), e.StaffID, e.From, e.To)
		return err
	})
	for _, outlet := range outlets {
		err = errors.Join(err, o.matchDates(ctx, tenant, outlet, dates{e.From, e.To}))
	}
	return err
}

// joined looks once more after a wish was written down: time that was freed while
// nobody could see it is offered in turn.
func (o *Operations) joined(ctx context.Context, tenant, wish id.ID) error {
	w, err := o.read(ctx, tenant, offering(), wish)
	if err != nil {
		return err
	}
	return o.Match(ctx, tenant, w.OutletID, dates{w.DateFrom, w.DateTo})
}

// matchDates is Match for any number of dates, a month at a time.
func (o *Operations) matchDates(ctx context.Context, tenant, outlet id.ID, on dates) error {
	for from := on.from; !from.After(on.to); from = from.AddDays(maxDays) {
		if err := o.Match(ctx, tenant, outlet, dates{from, earliestOf(on.to, from.AddDays(maxDays-1))}); err != nil {
			return err
		}
	}
	return nil
}

// matchAll is Match for all dates that anybody waits for.
func (o *Operations) matchAll(ctx context.Context, tenant, outlet id.ID) error {
	var last *civil.Date
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		last, err = db.One[*civil.Date](ctx, tx, `
			SELECT max(date_to) FROM waitlist_wishes WHERE tenant_id = $1 AND outlet_id = $2 AND status = 'waiting'`, tx.Tenant(), outlet)
		return err
	})
	if err != nil || last == nil {
		return err
	}
	return o.matchDates(ctx, tenant, outlet, dates{civil.Of(o.db.Now().Add(-widest), time.UTC), *last})
}

// outletRow is an outlet at which somebody waits.
type outletRow struct {
	Tenant id.ID `db:"tenant_id"`
	Outlet id.ID `db:"outlet_id"`
}

// Sweep looks at all outlets where somebody waits: new opening hours, services, rooms
// and staff tell nobody that they make room.
func (o *Operations) Sweep(ctx context.Context) error {
	var found []outletRow
	err := o.db.PlatformView(ctx, "outlets where somebody waits", func(tx *db.Tx) (err error) {
		found, err = db.All[outletRow](ctx, tx, `
			SELECT DISTINCT tenant_id, outlet_id FROM waitlist_wishes WHERE status = 'waiting' ORDER BY tenant_id, outlet_id`)
		return err
	})
	for _, f := range found {
		err = errors.Join(err, o.matchAll(ctx, f.Tenant, f.Outlet))
	}
	return err
}

// overRow is a wish that ends, or whose offer does, by itself.
type overRow struct {
	Tenant id.ID  `db:"tenant_id"`
	ID     id.ID  `db:"id"`
	Gone   bool   `db:"gone"`   // its customer was deleted
	Status string `db:"status"` // as stored
}

// Tidy writes down what has ended: wishes whose window is over, and those of customers
// who were deleted. Nothing stays held for these, nor at a business that was closed.
func (o *Operations) Tidy(ctx context.Context) error {
	var due []overRow
	err := o.db.PlatformView(ctx, "wishes that have ended by themselves", func(tx *db.Tx) (err error) {
		due, err = db.All[overRow](ctx, tx, `
			SELECT w.tenant_id, w.id, c.deleted_at IS NOT NULL AS gone, w.status
			FROM waitlist_wishes w
			JOIN outlets o ON o.tenant_id = w.tenant_id AND o.id = w.outlet_id
			JOIN tenants t ON t.id = w.tenant_id
			JOIN customers c ON c.tenant_id = w.tenant_id AND c.id = w.customer_id
			WHERE w.status = 'waiting' AND (c.deleted_at IS NOT NULL OR w.date_to < ($1::timestamptz AT TIME ZONE o.timezone)::date)
				OR w.status = 'offered' AND (c.deleted_at IS NOT NULL OR NOT t.is_active OR t.deleted_at IS NOT NULL)
			ORDER BY w.tenant_id, w.id LIMIT 500`, tx.Now())
		return err
	})
	for _, d := range due {
		err = errors.Join(err, o.tidy(ctx, d))
	}
	return err
}

func (o *Operations) tidy(ctx context.Context, d overRow) error {
	who := access.System{Job: "waitlist.tidy"}
	next := Expired
	switch {
	case d.Gone:
		next = Removed
	case d.Status == Offered:
		next = Waiting // of a business that was closed, which may open again
	}
	w, err := o.read(ctx, d.Tenant, who, d.ID)
	if err != nil {
		return err
	}
	switch {
	case w.Offer != nil:
		err = o.giveUp(ctx, d.Tenant, who, w, "offer_withdrawn", outcomeWithdrawn, next)
	case d.Status == Waiting:
		err = o.finish(ctx, d.Tenant, who, w, next)
	}
	if overtaken(err) {
		return nil // it was changed meanwhile, and is looked at again
	}
	return err
}
