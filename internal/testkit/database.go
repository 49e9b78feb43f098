package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/db"
)

// Main runs the tests and then stops the database that they shared.
func Main(m *testing.M) {
	shared.mu.Lock()
	shared.main = true
	shared.mu.Unlock()
	code := m.Run()
	if err := stopDatabase(); err != nil {
		fmt.Fprintln(os.Stderr, "testkit:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// shared is what the tests of this process have in common. It is a variable because
// TestMain and the tests meet nowhere else.
var shared struct {
	mu      sync.Mutex
	main    bool
	started bool
	err     error
	server  *pristine
	name    string // of the database that URL names
	pool    *db.DB
}

// server starts the process's PostgreSQL, the first time.
func server(t testing.TB) *pristine {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.main {
		t.Fatal("this package uses the database and lacks: func TestMain(m *testing.M) { testkit.Main(m) }")
	}
	if !shared.started {
		shared.started = true
		shared.server, shared.err = startDatabase(context.Background())
	}
	if shared.err != nil {
		t.Fatalf("no database for the tests: %v", shared.err)
	}
	return shared.server
}

// URL is the connection string of the database that the tests of the package share;
// it connects as a superuser.
func URL(t testing.TB) string {
	t.Helper()
	s := server(t)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.name == "" {
		name, err := s.copy(context.Background())
		if err != nil {
			t.Fatalf("no database for the tests: %v", err)
		}
		shared.name = name
	}
	return s.url(shared.name)
}

// FreshURL is the connection string of a database that is t's alone and has no rows,
// for tests that look at all tenants or set the clock of timed work.
func FreshURL(t testing.TB) string {
	t.Helper()
	s := server(t)
	name, err := s.copy(context.Background())
	if err != nil {
		t.Fatalf("no database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

// Option changes how DB opens the database.
type Option func(*db.Options)

// WithClock sets the time that the database handle tells.
func WithClock(now func() time.Time) Option { return func(o *db.Options) { o.Now = now } }

// WithSubscribers says who gets a job for which event.
func WithSubscribers(subs map[string][]string) Option {
	return func(o *db.Options) { o.Subscribers = subs }
}

// WithConns bounds the connections of the handle.
func WithConns(n int32) Option { return func(o *db.Options) { o.MaxConns = n } }

// DB is a handle on the shared database: one for all tests of the package, or with
// options one for t alone.
func DB(t testing.TB, options ...Option) *db.DB {
	t.Helper()
	url := URL(t)
	if len(options) > 0 {
		d := open(t, url, options)
		t.Cleanup(d.Close)
		return d
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.pool == nil {
		shared.pool = open(t, url, nil)
	}
	return shared.pool
}

func open(t testing.TB, url string, options []Option) *db.DB {
	t.Helper()
	o := db.Options{URL: url}
	for _, option := range options {
		option(&o)
	}
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open the database of the tests: %v", err)
	}
	return d
}

// Superuser is a plain connection around the product, for tests of what the
// database itself refuses.
func Superuser(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), URL(t))
	if err != nil {
		t.Fatalf("connect as superuser: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func stopDatabase() error {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.pool != nil {
		shared.pool.Close()
	}
	if shared.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var err error
	if shared.name != "" {
		err = shared.server.drop(ctx, shared.name)
	}
	return errors.Join(err, shared.server.stop(ctx))
}
