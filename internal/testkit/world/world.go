// Package world builds the whole server for tests: on a database of its own, in
// memory, with its payment simulator, and with a clock that the test moves.
//
//	w := world.New(t)
//	salon := w.Salon()
//	testkit.Scenario{
//		As: salon.Admin, Method: "GET", Path: "/appointments",
//		Status: 200, Want: `{"items":[],"total":0}`,
//	}.Run(t, w)
//
// Whatever a test looks at, each answer is held against the server's own document.
//
// It is apart from testkit so that tests of the layers below do not build the
// server.
package world

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

// Option changes the server's settings, as an operator would.
type Option func(*config.Flags)

// RateLimited limits callers, which a World does not by itself.
func RateLimited() Option { return func(f *config.Flags) { f.RateLimit = "on" } }

// New builds a server. It listens on a free port of this machine, for the payment
// simulator to call, and answers in memory as well; its clock stands at
// testkit.Beginning; its jobs wait for RunJobs.
func New(t testing.TB, options ...Option) *testkit.World {
	t.Helper()
	return build(t, flags(t, options), testkit.NewClock(testkit.Beginning()), logger(t))
}

// Logged builds a server that writes all it has to say, down to what is for
// debugging, to log.
func Logged(t testing.TB, log io.Writer, options ...Option) *testkit.World {
	t.Helper()
	lines := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return build(t, flags(t, options), testkit.NewClock(testkit.Beginning()), lines)
}

// Two builds two servers on one database, with the same keys and the same clock, as
// operators run them behind one address. What one makes the other has as well.
func Two(t testing.TB, options ...Option) (one, other *testkit.World) {
	t.Helper()
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := keys.Encode()
	if err != nil {
		t.Fatal(err)
	}
	f := flags(t, options)
	f.Keys = string(encoded)
	clock := testkit.NewClock(testkit.Beginning())
	return build(t, f, clock, logger(t)), build(t, f, clock, logger(t))
}

func flags(t testing.TB, options []Option) config.Flags {
	t.Helper()
	f := config.Flags{
		Addr: "127.0.0.1:0", Data: t.TempDir(), RateLimit: "off", Metrics: "off", MaxConns: "8",
		DatabaseURL: testkit.FreshURL(t),
	}
	for _, option := range options {
		option(&f)
	}
	return f
}

func build(t testing.TB, flags config.Flags, clock *testkit.Clock, log *slog.Logger) *testkit.World {
	t.Helper()
	c, err := flags.Parse()
	if err != nil {
		t.Fatalf("settings of the world: %v", err)
	}
	work := &testkit.Work{}
	a, err := app.New(context.Background(), c, app.Options{
		Now: clock.Now, Log: log, NoWorkers: true, OnBatch: work.Add,
		Hashing: token.Params{Memory: 64, Time: 1}, // no secret is worth more here
	})
	if err != nil {
		t.Fatalf("build the world: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Errorf("end the world: %v", err)
		}
	})
	if err := a.Start(context.Background()); err != nil {
		t.Fatalf("start the world: %v", err)
	}
	handler := a.API.Handler()
	document, err := Describe(handler)
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Around(t, testkit.Parts{
		Handler: handler, DB: a.DB, Jobs: a.Jobs, Clock: clock, BaseURL: a.BaseURL, Inspect: document.Inspect, Tokens: a.Tokens, Hasher: a.Hasher, Work: work,
	})
}

// logger passes on what goes wrong inside; go test shows it with failures.
func logger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}
