package users

import (
	"log/slog"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

// Config is what the operations need beside the database.
type Config struct {
	Tokens  *token.Tokens
	Hasher  *token.Hasher
	Gateway Gateway      // nil where there is no payment gateway: then nobody gets a partner
	Log     *slog.Logger // nil is silence
}

// Operations are what may be done with users.
type Operations struct {
	db      *db.DB
	tokens  *token.Tokens
	hasher  *token.Hasher
	gateway Gateway
	log     *slog.Logger
	guard   *signin.Guard
}

// What locks an address, and for how long.
const (
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	lockedFor     = 15 * time.Minute
)

// New makes the operations on a database, and subscribes to registrations.
func New(d *db.DB, r *jobs.Registry, c Config) *Operations {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	o := &Operations{
		db: d, tokens: c.Tokens, hasher: c.Hasher, gateway: c.Gateway, log: c.Log,
		guard: signin.NewGuard(d, logins.Staff, maxFailures, failureWindow, lockedFor),
	}
	jobs.On(r, "partner", o.finishPartner)
	return o
}
