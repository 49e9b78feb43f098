package guestapi

import (
	"context"
	"time"

	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Config is how an installation takes guests' bookings.
type Config struct {
	// Domain is the one whose subdomains name tenants, as in glow.example.com; none
	// where empty.
	Domain string
	// Link is the address in the e-mail that asks for verification, with {tenant},
	// {branch} and {handle} to be filled in.
	Link string
	// VerifyTTL is how long a booking waits to be verified where the tenant says
	// nothing else.
	VerifyTTL time.Duration
	// CreatesMinute and VerifyMinute bound what one client address does in a minute.
	CreatesMinute, VerifyMinute int
	// MaxUnverified bounds the live bookings of one guest that wait to be verified.
	MaxUnverified int
	// Maya takes the payments that guests make there; nobody does where nil.
	Maya *payments.Operations
}

// Operations are what guests can do.
type Operations struct {
	db           *db.DB
	appointments *appointments.Operations
	available    *availability.Operations
	hasher       *token.Hasher
	config       Config
}

// New returns the operations.
func New(d *db.DB, a *appointments.Operations, v *availability.Operations, h *token.Hasher, c Config) *Operations {
	return &Operations{db: d, appointments: a, available: v, hasher: h, config: c}
}

func (o *Operations) mayaConnected(ctx context.Context, tenant id.ID) (bool, error) {
	if o.config.Maya == nil {
		return false, nil
	}
	return o.config.Maya.MayaConnected(ctx, tenant)
}
