package bench

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// against is a run against a server in this process.
func against(t *testing.T, o app.Options) *run {
	t.Helper()
	o.Hashing = token.Params{Memory: 64, Time: 1}
	c, err := config.Flags{Data: t.TempDir(), DatabaseURL: testkit.FreshURL(t), Addr: "127.0.0.1:0", RateLimit: "off", Metrics: "off"}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	driver, err := pgxpool.New(t.Context(), c.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(driver.Close)
	return &run{
		Options: Options{Log: slog.New(slog.DiscardHandler)}, api: newClient(a.BaseURL), driver: driver, random: rand.New(rand.NewPCG(1, 0)),
	}
}

// The limit is only fair if it writes what the server writes; newLimit compares them.
func TestLimitWritesTheRowsOfABooking(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	salons, err := r.loadSalons(t.Context(), 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	served, driven := newAgenda(salons, r.random, false), newAgenda(salons, r.random, true)
	limit, err := r.newLimit(t.Context(), served, driven)
	if err != nil {
		t.Fatal(err)
	}
	if limit.rows < 7 {
		t.Errorf("a booking of %d rows", limit.rows)
	}
	done := repeat(t.Context(), 4, 100, func(ctx context.Context) error { return r.book(ctx, served) })
	if len(done.took) != 100 || done.conflicts+done.errors > 0 {
		t.Errorf("the server booked %d of 100 slots: %v", len(done.took), done.firstErr)
	}
	done = repeat(t.Context(), 4, 100, func(ctx context.Context) error { return limit.book(ctx, driven) })
	if len(done.took) != 100 {
		t.Errorf("the driver booked %d of 100 slots: %v", len(done.took), done.firstErr)
	}
	if err := limit.read(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestJobsAreWatched(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{})
	salons, err := r.loadSalons(t.Context(), 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	served := newAgenda(salons, r.random, false)
	repeat(t.Context(), 8, 100, func(ctx context.Context) error { return r.book(ctx, served) })
	if err := r.measureJobs(t.Context()); err != nil || r.report.Jobs.Waiting == 0 || r.report.Jobs.PerSecond == 0 {
		t.Errorf("jobs of 100 bookings: %+v, %v", r.report.Jobs, err)
	}
}

func TestGridSalon(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	s, err := r.loadGridSalon(t.Context(), gridStaff)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := countRows(t.Context(), r.driver)
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int64{
		"staff": gridStaff, "appointments": gridStaff * gridPerStaff, "sessions": gridStaff * gridPerStaff, "occupancies": gridStaff * gridPerStaff, "appointment_lines": gridStaff * gridPerStaff,
	} {
		if counts[table] != want {
			t.Errorf("%d rows in %s, want %d", counts[table], table, want)
		}
	}
	var grid struct {
		Days     map[string][]any `json:"availability_grid"`
		Metadata struct {
			Free int `json:"total_available_slots"`
		} `json:"metadata"`
	}
	if err := r.api.must(t.Context(), "", "GET", gridPath(s.services[0].id, s.outlet, s.first.AddDays(s.days-gridDays), gridDays), nil, &grid); err != nil {
		t.Fatal(err)
	}
	if len(grid.Days) != gridDays || grid.Metadata.Free == 0 {
		t.Errorf("%d days with %d free starts", len(grid.Days), grid.Metadata.Free)
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	for _, test := range []struct {
		took []time.Duration
		p    float64
		want time.Duration
	}{
		{nil, 50, 0}, {[]time.Duration{7}, 99, 7}, {[]time.Duration{3, 1, 2}, 50, 2}, {hundred, 50, 50}, {hundred, 95, 95}, {hundred, 99, 99}, {hundred, 100, 100},
	} {
		if got := percentile(test.took, test.p); got != test.want {
			t.Errorf("the %v. percentile of %d durations is %d, want %d", test.p, len(test.took), got, test.want)
		}
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	n := 0
	done := repeat(t.Context(), 1, 10, func(context.Context) error {
		n++
		switch {
		case n == 9:
			return errOver
		case n%4 == 0:
			return broken
		case n%3 == 0:
			return errConflict
		}
		return nil
	})
	if len(done.took) != 4 || done.conflicts != 2 || done.errors != 2 || !errors.Is(done.firstErr, broken) {
		t.Errorf("%d well, %d conflicts, %d errors, first %v", len(done.took), done.conflicts, done.errors, done.firstErr)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	r := Report{
		Create: Bookings{Latency: Latency{Clients: 16, Requests: 4210, PerSecond: 421}, Ratio: 0.25}, Machine: Machine{CPU: model("model name\t: A CPU\n"), Cores: 2},
	}
	var text strings.Builder
	if err := r.Print(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bookings, one tenant", "25 %", "4210", "A CPU, 2 cores"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, text.String())
		}
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	if got := field("Name:\tx\nVmRSS:\t  5120 kB\n", "VmRSS:"); got != "5120" {
		t.Errorf("got %q", got)
	}
	if got := field("Name:\tx\n", "VmRSS:"); got != "" {
		t.Errorf("got %q", got)
	}
}
