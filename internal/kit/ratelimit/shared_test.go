package ratelimit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/db"
	"reserva/internal/kit/ratelimit"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func clock(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04:05", "2026-11-21 "+text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func open(t testing.TB, url string, now func() time.Time) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url, MaxConns: 4, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// servers are limiters with connections of their own, on one database.
func servers(t testing.TB, n int) []*ratelimit.Shared {
	t.Helper()
	url := testkit.FreshURL(t)
	all := make([]*ratelimit.Shared, n)
	for i := range all {
		all[i] = ratelimit.NewShared(open(t, url, nil), 1000, slog.New(slog.DiscardHandler))
	}
	return all
}

func ask(t testing.TB, limiter ratelimit.Limiter, key string, l ratelimit.Limit, now time.Time) ratelimit.Decision {
	t.Helper()
	d, err := limiter.Take(t.Context(), key, l, now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestServersCountTogether(t *testing.T) {
	t.Parallel()
	both := servers(t, 2)
	l := ratelimit.Limit{Minute: 2, Hour: 3}
	for _, step := range []struct {
		server int
		at     string
		want   ratelimit.Decision
	}{
		{0, "10:00:00", ratelimit.Decision{Allowed: true, LimitMinute: 2, RemainingMinute: 1, LimitHour: 3, RemainingHour: 2}},
		{1, "10:00:10", ratelimit.Decision{Allowed: true, LimitMinute: 2, LimitHour: 3, RemainingHour: 1}},
		{0, "10:00:20", ratelimit.Decision{LimitMinute: 2, LimitHour: 3, RemainingHour: 1, RetryAfter: 40 * time.Second}},
		{1, "10:00:20", ratelimit.Decision{LimitMinute: 2, LimitHour: 3, RemainingHour: 1, RetryAfter: 40 * time.Second}},
		{1, "10:01:00", ratelimit.Decision{Allowed: true, LimitMinute: 2, RemainingMinute: 1, LimitHour: 3}},
		{1, "10:00:59", ratelimit.Decision{LimitMinute: 2, RemainingMinute: 1, LimitHour: 3, RetryAfter: 59*time.Minute + time.Second}},
		{0, "10:01:01", ratelimit.Decision{LimitMinute: 2, RemainingMinute: 1, LimitHour: 3, RetryAfter: 58*time.Minute + 59*time.Second}},
		{0, "11:00:00", ratelimit.Decision{Allowed: true, LimitMinute: 2, RemainingMinute: 1, LimitHour: 3, RemainingHour: 2}},
	} {
		if diff := cmp.Diff(step.want, ask(t, both[step.server], "a", l, clock(t, step.at))); diff != "" {
			t.Errorf("server %d at %s (-want +got):\n%s", step.server, step.at, diff)
		}
	}
	if d := ask(t, both[0], "b", l, clock(t, "10:00:20")); !d.Allowed {
		t.Error("another key is refused")
	}
}

func TestServersAllowExactlyTheLimitUnderConcurrency(t *testing.T) {
	t.Parallel()
	all := servers(t, 3)
	now := clock(t, "10:00:00")
	limits := map[string]ratelimit.Limit{"x": {Minute: 100, Hour: 1000}, "y": {Hour: 70}, "z": {Minute: 30, Hour: 20}}
	want := map[string]int64{"x": 100, "y": 70, "z": 20}
	allowed := map[string]*atomic.Int64{"x": {}, "y": {}, "z": {}}
	var callers sync.WaitGroup
	for i := range 24 {
		callers.Go(func() {
			for range 20 {
				for key, l := range limits {
					d, err := all[i%len(all)].Take(t.Context(), key, l, now)
					if err != nil {
						t.Error(err)
					}
					if d.Allowed {
						allowed[key].Add(1)
					}
				}
			}
		})
	}
	callers.Wait()
	for key, n := range want {
		if got := allowed[key].Load(); got != n {
			t.Errorf("%s: %d requests were allowed of %d", key, got, n)
		}
	}
}

// One after another, several servers decide as one that counts in memory.
func TestSharedDecidesAsMemory(t *testing.T) {
	t.Parallel()
	all := servers(t, 3)
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		memory := ratelimit.NewMemory(1000)
		l := ratelimit.Limit{Minute: rapid.IntRange(0, 4).Draw(r, "minute"), Hour: rapid.IntRange(0, 9).Draw(r, "hour")}
		now := clock(t, "09:57:00")
		for range rapid.IntRange(1, 25).Draw(r, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(r, "seconds")) * time.Second)
			key := fmt.Sprintf("%d-%s", run, rapid.SampledFrom([]string{"a", "b"}).Draw(r, "key"))
			want := ask(t, memory, key, l, now)
			got := ask(t, all[rapid.IntRange(0, 2).Draw(r, "server")], key, l, now)
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("%s at %v with %+v (-memory +shared):\n%s", key, now, l, diff)
			}
		}
	})
}

// Without its table a server goes on from what it saw, and returns to the table later.
func TestSharedWithoutItsTable(t *testing.T) {
	t.Parallel()
	d := open(t, testkit.FreshURL(t), nil)
	var log bytes.Buffer
	s := ratelimit.NewShared(d, 1000, slog.New(slog.NewTextHandler(&log, nil)))
	l := ratelimit.Limit{Minute: 4}
	now := clock(t, "10:00:00")
	rename := func(from, to string) {
		t.Helper()
		if _, err := d.Pool().Exec(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		ask(t, s, "a", l, now)
	}
	rename("rate_counters", "elsewhere")
	for i, want := range []bool{true, true, false, false} {
		if got := ask(t, s, "a", l, now.Add(time.Second)); got.Allowed != want {
			t.Errorf("request %d alone: allowed %v", i+1, got.Allowed)
		}
	}
	if got := ask(t, s, "new", l, now.Add(time.Second)); !got.Allowed || got.RemainingMinute != 3 {
		t.Errorf("a new caller: %+v", got)
	}
	if lines := strings.Count(log.String(), "level=WARN"); lines != 1 {
		t.Errorf("%d lines about it, want one:\n%s", lines, log.String())
	}
	rename("elsewhere", "rate_counters")
	// Not at once, so that a table in trouble is left alone; and what it counted then is what counts.
	if got := ask(t, s, "new", l, now.Add(2*time.Second)); got.RemainingMinute != 2 {
		t.Errorf("soon after: %+v", got)
	}
	if got := ask(t, s, "new", l, now.Add(10*time.Second)); got.RemainingMinute != 3 {
		t.Errorf("later: %+v", got)
	}
}

// A refused caller costs the database nothing: here there is none any more.
func TestRefusalsNeedNoTable(t *testing.T) {
	t.Parallel()
	d := open(t, testkit.FreshURL(t), nil)
	var log bytes.Buffer
	s := ratelimit.NewShared(d, 1000, slog.New(slog.NewTextHandler(&log, nil)))
	l := ratelimit.Limit{Minute: 1}
	now := clock(t, "10:00:00")
	ask(t, s, "a", l, now)
	d.Close()
	for range 10 {
		if got := ask(t, s, "a", l, now); got.Allowed || got.RetryAfter != time.Minute {
			t.Errorf("%+v", got)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the table was asked:\n%s", log.String())
	}
}

// Somebody holds the row: who has gone is not waited for, and who stays is decided on without it.
func TestSharedWhenTheRowIsHeld(t *testing.T) {
	t.Parallel()
	d := open(t, testkit.FreshURL(t), nil)
	s := ratelimit.NewShared(d, 1000, slog.New(slog.DiscardHandler))
	l := ratelimit.Limit{Minute: 5}
	now := clock(t, "10:00:00")
	ask(t, s, "a", l, now)
	holder, err := d.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Rollback(context.Background())
	if _, err := holder.Exec(t.Context(), `SELECT key FROM rate_counters FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.Take(gone, "a", l, now); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	if got := ask(t, s, "a", l, now); !got.Allowed || got.RemainingMinute != 3 {
		t.Errorf("who stays: %+v", got)
	}
}

func TestTidyRemovesPastHours(t *testing.T) {
	t.Parallel()
	now := clock(t, "10:00:00")
	d := open(t, testkit.FreshURL(t), func() time.Time { return now })
	s := ratelimit.NewShared(d, 1000, slog.New(slog.DiscardHandler))
	for i, at := range []string{"07:59:59", "08:59:59", "09:00:00", "10:00:00"} {
		ask(t, s, fmt.Sprint(i), ratelimit.Limit{Hour: 5}, clock(t, at))
	}
	if err := s.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left []string
	err := d.Pool().QueryRow(t.Context(), `SELECT array_agg(key ORDER BY key) FROM rate_counters`).Scan(&left)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2", "3"}, left); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkShared(b *testing.B) {
	s := servers(b, 1)[0]
	now := clock(b, "10:00:00")
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			key := fmt.Sprintf("visitor:198.51.100.%d", n.Add(1)%200)
			if _, err := s.Take(b.Context(), key, ratelimit.Limit{Minute: 1 << 30}, now); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSharedAlone(b *testing.B) {
	s := servers(b, 1)[0]
	now := clock(b, "10:00:00")
	for i := 0; b.Loop(); i++ {
		if _, err := s.Take(b.Context(), fmt.Sprintf("visitor:198.51.100.%d", i%200), ratelimit.Limit{Minute: 1 << 30}, now); err != nil {
			b.Fatal(err)
		}
	}
}
