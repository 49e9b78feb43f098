package guestapi

import (
	"context"
	"fmt"
	"time"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

type bookingRow struct {
	Tenant        id.ID               `db:"tenant_id"`
	ID            id.ID               `db:"id"`
	Slug          string              `db:"slug"`
	Service       id.ID               `db:"service_id"`
	Customer      id.ID               `db:"customer_id"`
	StartsAt      time.Time           `db:"starts_at"`
	Timezone      string              `db:"timezone"`
	Status        appointments.Status `db:"status"`
	HoldUntil     *time.Time          `db:"hold_until"`
	CancelledBy   *string             `db:"cancelled_by"`
	Reason        string              `db:"cancellation_reason"`
	PaymentMethod string              `db:"payment_method"`
	CreatedAt     time.Time           `db:"created_at"`
	VerifiedAt    *time.Time          `db:"verified_at"`
}

// Get reads a booking by its id alone, whatever has become of it. Only what guests
// booked is found; a hint at another tenant hides it. Fault: ErrBookingNotFound.
func (o *Operations) Get(ctx context.Context, h Hints, booking string) (*GuestBooking, error) {
	wanted, err := id.Parse(booking)
	if err != nil {
		return nil, ErrBookingNotFound
	}
	var found *db.Result[bookingRow]
	err = o.db.PlatformView(ctx, "a guest's booking by its id", func(tx *db.Tx) error {
		found = db.QueueOne[bookingRow](tx, `
			SELECT a.tenant_id, a.id, t.slug, l.service_id, a.customer_id, a.starts_at, o.timezone, a.status, a.hold_until,
				a.cancelled_by, a.cancellation_reason, coalesce(a.payment_preference, 'cash') AS payment_method,
				a.created_at, a.verified_at
			FROM appointments a
			JOIN tenants t ON t.id = a.tenant_id AND t.deleted_at IS NULL
			JOIN outlets o ON o.tenant_id = a.tenant_id AND o.id = a.outlet_id
			JOIN appointment_lines l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id AND l.position = 0
			WHERE a.id = $1 AND a.source = 'booki_guest'`, wanted)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found.Found || o.differ(ctx, h, found.Value.Tenant, found.Value.Slug) {
		return nil, ErrBookingNotFound
	}
	return found.Value.view(o.db.Now())
}

func (r bookingRow) view(now time.Time) (*GuestBooking, error) {
	location, err := civil.Zone(r.Timezone)
	if err != nil {
		return nil, fmt.Errorf("booking %s: %w", r.ID, err)
	}
	b := &GuestBooking{
		ID: r.ID, OrganizationID: r.Tenant, PackageID: r.Service, CustomerID: r.Customer,
		BookingDate: civil.Of(r.StartsAt, location), BookingTime: civil.ClockOf(r.StartsAt, location),
		Status: status(lapsed(r.Status, r.HoldUntil, now), r.CancelledBy, r.Reason), PaymentMethod: r.PaymentMethod, CreatedAt: shown(r.CreatedAt),
	}
	if r.VerifiedAt != nil {
		at := shown(*r.VerifiedAt)
		b.VerifiedAt = &at
	}
	return b, nil
}

// lapsed is the status as the world sees it: a hold that has run out is cancelled,
// whether or not that was written down yet.
func lapsed(s appointments.Status, hold *time.Time, now time.Time) appointments.Status {
	if s == appointments.Pending && hold != nil && !now.Before(*hold) {
		return appointments.Cancelled
	}
	return s
}
