package app

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/api/docsui"
	"reserva/internal/api/replay"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/ratelimit"
	"reserva/internal/kit/sms"
	"reserva/internal/kit/token"
)

// limitedCallers is how many callers the rate limiter remembers; the memory for
// them is taken as they come.
const limitedCallers = 100_000

// build makes the edge and the features. It does nothing that needs the database.
func (a *App) build() error {
	a.Tokens = token.NewTokens(a.Keys, issuer, a.Now)
	hashing := a.options.Hashing
	if hashing == (token.Params{}) {
		hashing = token.DefaultParams()
	}
	a.Hasher = token.NewHasher(hashing)

	a.registry = prometheus.NewRegistry()
	a.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	answers := replay.New(a.DB, a.Keys)
	replay.Subscribe(a.Jobs, answers)
	a.API = api.New(api.Config{
		Version:        Version,
		Staff:          authenticators{a},
		Customers:      authenticators{a},
		Limiter:        a.limiter(),
		Idempotency:    answers,
		RateLimitOff:   !a.Config.RateLimit,
		TrustedProxies: a.Config.TrustedProxies,
		CORSOrigins:    a.Config.CORSOrigins,
		// Without TLS there is nothing to insist on, and in development it would stay
		// in the browser for everything else on that host.
		StrictTransport: a.Config.Production && strings.HasPrefix(a.Config.PublicURL, "https://"),
		Logger:          a.Log,
		Registerer:      a.registry,
		Now:             a.Now,
	})
	a.Mux = a.API.Mux()
	if err := a.openOutbox(); err != nil {
		return err
	}
	docsui.Mount(a.Mux, "/openapi.json")
	a.mountHealth()
	a.mountWelcome()
	a.mountMetrics()
	if err := a.features(); err != nil {
		return fmt.Errorf("build features: %w", err)
	}
	return nil
}

// limiter counts callers: in memory where this is the only server, since a private
// PostgreSQL is one server's alone, and else together with the other servers.
func (a *App) limiter() ratelimit.Limiter {
	if a.Config.Database.URL == "" {
		return ratelimit.NewMemory(limitedCallers)
	}
	shared := ratelimit.NewShared(a.DB, limitedCallers, a.Log)
	a.Jobs.Every("ratelimit.tidy", time.Hour, shared.Tidy)
	return shared
}

func (a *App) openOutbox() error {
	via := outbox.Options{From: a.Config.Mail.From, Log: a.Log}
	if c := a.Config.Mail.SMTP; c != nil {
		sender, err := mail.NewSMTP(*c)
		if err != nil {
			return err
		}
		via.Mail = sender
	}
	if c := a.Config.SMS; c.URL != "" {
		gateway, err := sms.NewGateway(c.URL, c.Token)
		if err != nil {
			return err
		}
		via.SMS = gateway
	}
	a.Outbox = outbox.New(a.DB, via)
	a.Outbox.Subscribe(a.Jobs)
	if !a.Config.Production {
		a.Outbox.Mount(a.Mux)
	}
	return nil
}

// authenticators hand on to those that features have set: the edge is built before
// them.
type authenticators struct{ app *App }

// AuthenticateStaff implements api.StaffAuthenticator.
func (d authenticators) AuthenticateStaff(ctx context.Context, bearer string) (access.Staff, error) {
	if d.app.Staff == nil {
		return access.Staff{}, api.ErrUnauthenticated
	}
	return d.app.Staff.AuthenticateStaff(ctx, bearer)
}

// AuthenticateCustomer implements api.CustomerAuthenticator.
func (d authenticators) AuthenticateCustomer(ctx context.Context, bearer string) (access.Customer, error) {
	if d.app.Customers == nil {
		return access.Customer{}, api.ErrUnauthenticated
	}
	return d.app.Customers.AuthenticateCustomer(ctx, bearer)
}

// dualStack tells whether what listens on every IPv6 address hears IPv4 as well,
// as it does wherever there is IPv4 at all.
func dualStack() bool {
	probe, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return false
	}
	return probe.Close() == nil
}
