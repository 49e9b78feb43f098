package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/pgserver"
	"reserva/internal/kit/token"
)

// Options of a demo. The zero Options are the usual one.
type Options struct {
	Seed    uint64
	Now     time.Time    // zero: now
	Days    int          // before and after today; 0: six weeks
	Log     *slog.Logger // nil: silence
	Hashing token.Params // of passwords; zero: the product's
}

const sixWeeks = 42

// Fill fills the database of the configuration, which has to be empty.
func Fill(ctx context.Context, c config.Config, o Options) (_ *Story, err error) {
	if c.Production {
		return nil, errors.New("demo data is for development: RESERVA_ENV is production")
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Days == 0 {
		o.Days = sixWeeks
	}
	clock := &clock{}
	clock.set(o.Now)
	url := publicURL(c)
	a, err := app.New(ctx, alone(c, url), app.Options{Now: clock.now, Log: o.Log, Hashing: o.Hashing, NoWorkers: true})
	if errors.Is(err, pgserver.ErrInUse) {
		return nil, fmt.Errorf("a server runs on %s: stop it, fill its database, and start it again", c.Data)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		err = errors.Join(err, a.Stop(stopCtx))
	}()
	if err := mustBeEmpty(ctx, a.DB, c); err != nil {
		return nil, err
	}
	if err := hurry(ctx, a.DB); err != nil {
		return nil, err
	}
	if err := a.Start(ctx); err != nil {
		return nil, err
	}
	f := &filler{
		app: a, clock: clock, api: newClient(a.BaseURL), days: o.Days, now: o.Now,
		story: &Story{URL: url, Seed: o.Seed, Today: o.Now.Format(time.DateOnly), began: time.Now()},
	}
	if err := f.fill(ctx, o.Seed); err != nil {
		return nil, err
	}
	return f.story, nil
}

const stopPatience = 30 * time.Second

// filler carries the plans out.
type filler struct {
	app   *app.App
	clock *clock
	api   *client
	days  int
	now   time.Time
	line  timeline
	story *Story
}

// clock is the server's time, which stands still until it is moved.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) set(t time.Time) { c.at.Store(&t) }
func (c *clock) now() time.Time  { return *c.at.Load() }

// fill plans all businesses, and then lets time pass.
func (f *filler) fill(ctx context.Context, seed uint64) error {
	var all []*business
	for i, spec := range businesses() {
		b, err := f.newBusiness(spec, rand.New(rand.NewPCG(seed, uint64(i))))
		if err != nil {
			return err
		}
		if err := f.prepare(b); err != nil {
			return err
		}
		f.plan(b)
		all = append(all, b)
	}
	f.everyDay()
	if err := f.line.run(func(at time.Time, what event) error {
		f.clock.set(at)
		if err := what(ctx); err != nil {
			return fmt.Errorf("%s: %w", at.Format(time.DateTime), err)
		}
		return jobs.Drain(ctx, f.app.DB, f.app.Jobs)
	}); err != nil {
		return err
	}
	f.clock.set(f.now)
	for _, b := range all {
		if err := f.finish(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", b.spec.name, err)
		}
	}
	return jobs.Drain(ctx, f.app.DB, f.app.Jobs)
}

// everyDay does once a day what a server does at intervals: holds lapse, invoices
// fall due.
func (f *filler) everyDay() {
	for day := -f.days - openedBefore; day < 0; day++ {
		f.line.at(f.now.AddDate(0, 0, day), func(ctx context.Context) error {
			return errors.Join(f.app.Jobs.RunPeriodic(ctx, "appointments.expire"), f.app.Jobs.RunPeriodic(ctx, "invoices.overdue"))
		})
	}
}

// newBusiness knows its days; nothing is stored yet.
func (f *filler) newBusiness(spec spec, random *rand.Rand) (*business, error) {
	zone, err := civil.Zone(spec.zone)
	if err != nil {
		return nil, err
	}
	return &business{spec: spec, zone: zone, today: civil.Of(f.now, zone), random: random}, nil
}

// publicURL is where the server will be reached once it runs: links in mails and
// payment pages are made with it.
func publicURL(c config.Config) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil || port == "0" {
		return "http://localhost:8080"
	}
	at, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return "http://" + c.Addr
	}
	return c.Listening(at).PublicURL
}

// alone is the configuration for a server that nobody else meets.
func alone(c config.Config, url string) config.Config {
	c.Addr, c.PublicURL = "127.0.0.1:0", url
	c.RateLimit, c.Metrics, c.Database.MaxConns = false, config.Metrics{}, connections
	c.Mail, c.SMS, c.Paper, c.Simulators = config.Mail{}, config.SMS{}, config.Paper{}, true
	return c
}

// connections are few, since everything happens one after the other.
const connections = 4

// hurry has the connections not wait for the disk at each commit: a demo cut short
// is begun anew anyway.
func hurry(ctx context.Context, d *db.DB) error {
	for range connections {
		conn, err := d.Pool().Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release() // of all of them together, so that each is another
		if _, err := conn.Exec(ctx, "SET synchronous_commit = off"); err != nil {
			return err
		}
	}
	return nil
}

func mustBeEmpty(ctx context.Context, d *db.DB, c config.Config) error {
	var tenants int
	err := d.PlatformView(ctx, "whether the database is empty", func(tx *db.Tx) (err error) {
		tenants, err = db.One[int](ctx, tx, `SELECT count(*) FROM tenants`)
		return err
	})
	switch {
	case err != nil:
		return err
	case tenants == 0:
		return nil
	case c.Database.URL != "":
		return fmt.Errorf("there are %d businesses in the database already; the demo needs an empty one, as CREATE DATABASE makes it", tenants)
	}
	return fmt.Errorf("there are %d businesses in %s already; the demo needs an empty folder.\n"+
		"To begin anew, remove it: rm -rf %s\nTo keep it, name another: --data FOLDER", tenants, c.Data, c.Data)
}
