package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"reserva/internal/kit/civil"
)

const (
	largeTenants = 100
	largeStaff   = 10 // whose future is booked; as many more have free time
	// largeDaily is how many appointments a staff member has a day.
	largeDaily = 9
	// largeChunk is how many appointments are copied at once.
	largeChunk = 10_000
	// largeBytes is what an appointment takes on disk while it is loaded, with its
	// indexes and its share of the write-ahead log.
	largeBytes   = 2600
	largeSalons  = 10
	largeGrids   = 500
	gridWeekDays = 7
)

// Large is what was measured on a large database.
type Large struct {
	Tenants      int `json:"tenants"`
	Appointments int `json:"appointments"` // of all tenants
	Asked        int `json:"asked"`        // more than Appointments where the disk has no room
	// LoadSeconds and IndexSeconds are how long the rows and their indexes took.
	LoadSeconds  float64 `json:"load_seconds"`
	IndexSeconds float64 `json:"index_seconds"`
	DiskGiB      float64 `json:"disk_gib"`

	Grid        Latency `json:"grid"` // of a week, any tenant's
	CreateSmall Latency `json:"create_small"`
	Create      Latency `json:"create"`
	// Ratio is the rate of bookings on the large database through that on a small one.
	Ratio float64 `json:"ratio"`

	Seed        uint64  `json:"seed"`
	Machine     Machine `json:"machine"`
	TookSeconds float64 `json:"took_seconds"`
}

// RunLarge measures a database of 100 tenants with so many appointments each, or as
// many as the disk has room for, against one that has hardly any. Whatever it made is
// removed again, also when ctx ends.
func RunLarge(ctx context.Context, o Options, appointments int) (_ Large, err error) {
	began := time.Now()
	report := Large{Tenants: largeTenants, Asked: largeTenants * appointments, Seed: o.Seed}
	dir, err := os.MkdirTemp(o.Dir, "reserva-bench-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		return report, err
	}
	if free := freeBytes(dir); free > 0 {
		appointments = min(appointments, int(free*8/10/largeBytes/largeTenants))
	}
	r := &run{Options: o, server: newServer(o.Program, dir), random: rand.New(rand.NewPCG(o.Seed, 0))}
	if _, err := r.server.start(ctx); err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	if r.driver, err = connect(ctx, r.server.data); err != nil {
		return report, err
	}
	defer func() { r.driver.Close() }()
	if report.Machine, err = machine(ctx, r.driver); err != nil {
		return report, err
	}
	r.api = newClient(r.server.url)
	if err := r.large(ctx, &report, appointments); err != nil {
		return report, err
	}
	report.TookSeconds = round(time.Since(began).Seconds(), 1)
	return report, nil
}

func (r *run) large(ctx context.Context, report *Large, appointments int) error {
	r.Log.Info("measuring a small database")
	small, err := r.loadSalons(ctx, largeSalons, largeStaff)
	if err != nil {
		return err
	}
	if _, err := r.driver.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	before, err := r.creation(ctx, small)
	if err != nil {
		return err
	}
	r.Log.Info("registering tenants", "tenants", largeTenants)
	salons, err := r.loadSalons(ctx, largeTenants, largeStaff)
	if err != nil {
		return err
	}
	// Jobs would read tables that have no indexes meanwhile.
	if err := r.restart(ctx, "RESERVA_WORKERS=0"); err != nil {
		return err
	}
	if err := r.fill(ctx, report, salons, appointments); err != nil {
		return err
	}
	if err := r.restart(ctx); err != nil {
		return err
	}
	if err := r.driver.QueryRow(ctx, "SELECT pg_database_size(current_database()) / 1073741824.0").Scan(&report.DiskGiB); err != nil {
		return err
	}
	report.DiskGiB = round(report.DiskGiB, 2)
	for _, s := range salons[:largeSalons] {
		if err := s.signIn(ctx, r.api); err != nil { // loading may outlast a token
			return err
		}
	}
	r.Log.Info("measuring the large database")
	grid := func(ctx context.Context) error {
		s := salons[r.random.IntN(len(salons))]
		return r.askGrid(ctx, s, s.first.AddDays(r.random.IntN(s.days-gridWeekDays+1)), gridWeekDays)
	}
	if t := repeat(ctx, 1, largeGrids/10, grid); t.firstErr != nil {
		return t.firstErr
	}
	t := repeat(ctx, 1, largeGrids, grid)
	report.Grid = latency(1, t)
	after, err := r.creation(ctx, salons[:largeSalons])
	if err != nil {
		return err
	}
	report.CreateSmall, report.Create = latency(clients, before), latency(clients, after)
	if rate := before.perSecond(); rate > 0 {
		report.Ratio = round(after.perSecond()/rate, 3)
	}
	for _, t := range []tally{before, t, after} {
		if t.firstErr != nil {
			return t.firstErr
		}
	}
	return ctx.Err()
}

// restart starts the server anew, with other settings.
func (r *run) restart(ctx context.Context, settings ...string) error {
	if _, err := r.driver.Exec(ctx, "CHECKPOINT"); err != nil { // or stopping may take its time
		return err
	}
	r.driver.Close()
	if err := r.server.stop(); err != nil {
		return err
	}
	if _, err := r.server.start(ctx, settings...); err != nil {
		return err
	}
	driver, err := connect(ctx, r.server.data)
	if err != nil {
		return err
	}
	r.driver, r.api = driver, newClient(r.server.url)
	return nil
}

// creation books free times of the salons for a while, on a server that has nothing else
// to do and has booked before: what registering left is done first. The tables are looked
// at in between, as autovacuum does within a minute, or a small database would be measured
// with the plans of an empty one.
func (r *run) creation(ctx context.Context, salons []*salon) (tally, error) {
	if err := r.calm(ctx); err != nil {
		return tally{}, err
	}
	from := newAgenda(salons, r.random, false)
	book := func(ctx context.Context) error { return r.book(ctx, from) }
	drive(ctx, clients, rounds*warmUp, book)
	if err := r.calm(ctx); err != nil {
		return tally{}, err
	}
	if _, err := r.driver.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return tally{}, err
	}
	drive(ctx, clients, warmUp, book)
	return drive(ctx, clients, rounds*roundTime, book), nil
}

// fill copies the appointments, and makes the indexes afterwards.
func (r *run) fill(ctx context.Context, report *Large, salons []*salon, appointments int) error {
	began := time.Now()
	indexes, err := dropIndexes(ctx, r.driver)
	if err != nil {
		return fmt.Errorf("drop the indexes: %w", err)
	}
	r.Log.Info("loading", "appointments", appointments*len(salons))
	work, failed := make(chan *salon), make(chan error, 2)
	var group sync.WaitGroup
	var mu sync.Mutex
	for n := range cap(failed) {
		random := rand.New(rand.NewPCG(r.Seed, uint64(n+1)))
		group.Go(func() {
			for s := range work {
				n, err := r.history(ctx, s, random, appointments)
				if err != nil {
					failed <- err
					return
				}
				mu.Lock()
				report.Appointments += n
				mu.Unlock()
			}
		})
	}
	for _, s := range salons {
		select {
		case work <- s:
			continue
		case err = <-failed:
		}
		break
	}
	close(work)
	group.Wait()
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		return <-failed
	}
	report.LoadSeconds = round(time.Since(began).Seconds(), 1)
	r.Log.Info("making the indexes")
	began = time.Now()
	if err := indexes.restore(ctx, r.driver); err != nil {
		return fmt.Errorf("make the indexes: %w", err)
	}
	if _, err := r.driver.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	report.IndexSeconds = round(time.Since(began).Seconds(), 1)
	return nil
}

// history books the future of the second half of a salon's staff, and for the rest
// the past of all, day by day.
func (r *run) history(ctx context.Context, s *salon, random *rand.Rand, appointments int) (int, error) {
	loc, err := civil.Zone(zone)
	if err != nil {
		return 0, err
	}
	made, day, staff := 0, s.days-1, s.staff[len(s.staff)/2:]
	for made < appointments {
		b := newBooked()
		for len(b.appointments.values) < min(largeChunk, appointments-made) {
			for _, m := range staff {
				count := min(largeDaily, appointments-made-len(b.appointments.values))
				b.day(s, random, m, s.first.AddDays(day).Start(loc), count)
			}
			if day--; day < 0 {
				staff = s.staff
			}
		}
		if err := copyAll(ctx, r.driver, b.tables()...); err != nil {
			return made, err
		}
		made += len(b.appointments.values)
	}
	return made, nil
}

// Failures is how many requests went wrong other than by a conflict.
func (l *Large) Failures() int { return l.Grid.Errors + l.CreateSmall.Errors + l.Create.Errors }

// Print writes the report for people.
func (l *Large) Print(w io.Writer) error {
	less := ""
	if l.Appointments < l.Asked {
		less = fmt.Sprintf(" (of %d, for which the disk has no room)", l.Asked)
	}
	m := l.Machine
	_, err := fmt.Fprintf(w, strings.TrimLeft(`
%d tenants with %d appointments%s: loaded in %.0f s, indexes in %.0f s, %.1f GiB on disk.
Grid of a week: p50 %.2f ms, p95 %.2f ms, p99 %.2f ms (%d requests, one client).
Bookings, %d clients on %d tenants: %.0f/s, on a small database %.0f/s: %s of it.
Machine: %s, %d cores, %.0f GiB, %s, %s, PostgreSQL %s, load %.2f before.
Seed %d, %.0f seconds.
`, "\n"),
		l.Tenants, l.Appointments, less, l.LoadSeconds, l.IndexSeconds, l.DiskGiB,
		l.Grid.P50MS, l.Grid.P95MS, l.Grid.P99MS, l.Grid.Requests,
		clients, largeSalons, l.Create.PerSecond, l.CreateSmall.PerSecond, percent(l.Ratio),
		m.CPU, m.Cores, m.MemoryGiB, m.System, m.Go, m.PostgreSQL, m.LoadAverage, l.Seed, l.TookSeconds)
	return err
}

// freeBytes is the room of the file system that holds dir; 0 where the system does not
// tell.
func freeBytes(dir string) uint64 {
	path, err := filepath.Abs(dir)
	if err != nil {
		return 0
	}
	return freeAt(path)
}
