package testkit

import (
	"net/http"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
)

// A World is a server in memory on a database of its own, and what tests make in it
// through the server's operations. It carries the test that it fails.
type World struct {
	testing.TB
	Parts

	made *counter
}

// Parts are what a World consists of.
type Parts struct {
	Handler http.Handler
	DB      *db.DB
	Jobs    *jobs.Registry
	Clock   *Clock
	// BaseURL reaches the server over HTTP; empty where it only answers in memory.
	BaseURL string
	// Tokens are the server's own, for tests that sign what the server would not.
	Tokens *token.Tokens
	// Hasher is the server's own, and Work what it has asked of the database.
	Hasher *token.Hasher
	Work   *Work
	// Inspect says what is wrong with any answer, whatever a test looks at; nil says nothing.
	Inspect func(method, path string, a Answer) []string
}

// Around makes a World of a server, or part of one, that a test built by itself.
func Around(t testing.TB, p Parts) *World { return &World{TB: t, Parts: p, made: &counter{}} }

// For is the same World in a subtest, which then is the one that fails.
func (w *World) For(t testing.TB) *World {
	inner := *w
	inner.TB = t
	return &inner
}

// Beginning is when a World begins: Monday, 8 o'clock in the morning in Jakarta, on
// the second day of a month.
func Beginning() time.Time { return time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC) }

// Zone is where a World's outlets are unless told otherwise.
const Zone = "Asia/Jakarta"

// Day is the date so many days from now in Zone.
func (w *World) Day(days int) string {
	w.Helper()
	zone, err := civil.Zone(Zone)
	if err != nil {
		w.Fatal(err)
	}
	return civil.Of(w.Clock.Now(), zone).AddDays(days).String()
}
