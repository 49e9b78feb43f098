package bench

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what was measured. Times are milliseconds as this process saw them.
type Report struct {
	Create    Bookings  `json:"create"`     // one tenant
	CreateTen Bookings  `json:"create_ten"` // the same clients on ten tenants
	Grid      Latency   `json:"grid"`       // from the database, one client
	GridEight Latency   `json:"grid_eight"` // eight clients
	GridKept  Latency   `json:"grid_kept"`  // the same again
	Growth    []Growth  `json:"growth"`
	Calendar  Latency   `json:"calendar"` // a week of 50 staff members
	SignIn    Latency   `json:"signin"`
	Catalogue Latency   `json:"catalogue"`
	Limit     Limit     `json:"limit"`
	Jobs      Jobs      `json:"jobs"`
	Saturdays Saturdays `json:"saturdays"`
	Popular   Popular   `json:"popular"`
	Callbacks Callbacks `json:"callbacks"`
	Idle      Idle      `json:"idle"`
	Start     Start     `json:"start"`

	Seed        uint64  `json:"seed"`
	Machine     Machine `json:"machine"`
	TookSeconds float64 `json:"took_seconds"`
	// Only are the steps that were measured; empty for all. The rest is zero.
	Only []string `json:"only,omitempty"`
}

// Latency is what a load of requests came to.
type Latency struct {
	Clients   int     `json:"clients"`
	Requests  int     `json:"requests"` // that went well
	PerSecond float64 `json:"per_second"`
	P50MS     float64 `json:"p50_ms"`
	P95MS     float64 `json:"p95_ms"`
	P99MS     float64 `json:"p99_ms"`
	Errors    int     `json:"errors"`
}

// Bookings adds what only they have.
type Bookings struct {
	Latency
	Conflicts int `json:"conflicts"` // answered with 409
	// Ratio is PerSecond through PerSecond of the limit on as many tenants.
	Ratio float64 `json:"ratio"`
}

// Growth is what a grid takes of so many staff members and days.
type Growth struct {
	Staff int     `json:"staff"`
	Days  int     `json:"days"`
	P50MS float64 `json:"p50_ms"`
	P95MS float64 `json:"p95_ms"`
}

// Limit is what the database does for the driver alone, with the same number of
// clients.
type Limit struct {
	// InsertsPerSecond counts bookings: all rows of one in one pipelined transaction.
	InsertsPerSecond    float64 `json:"inserts_per_second"`
	InsertsTenPerSecond float64 `json:"inserts_ten_per_second"`
	RowsPerInsert       int     `json:"rows_per_insert"`
	SelectsPerSecond    float64 `json:"selects_per_second"` // of single rows by key
}

// Idle is the server's process, some seconds after it began.
type Idle struct {
	ResidentMiB float64 `json:"rss_mib"`
}

// Start is the time from the beginning of the process to readiness.
type Start struct {
	FirstMS float64 `json:"first_ms"` // on an empty folder
	LaterMS float64 `json:"later_ms"` // median
}

// Machine is where it was measured.
type Machine struct {
	CPU         string  `json:"cpu"`
	Cores       int     `json:"cores"`
	MemoryGiB   float64 `json:"memory_gib"`
	System      string  `json:"system"`
	Go          string  `json:"go"`
	PostgreSQL  string  `json:"postgresql"`
	LoadAverage float64 `json:"load_average"` // before anything was measured
}

func latency(clients int, t tally) Latency {
	return Latency{
		Clients: clients, Requests: len(t.took), PerSecond: round(t.perSecond(), 1), Errors: t.errors,
		P50MS: milliseconds(percentile(t.took, 50)), P95MS: milliseconds(percentile(t.took, 95)), P99MS: milliseconds(percentile(t.took, 99)),
	}
}

func milliseconds(d time.Duration) float64 { return round(float64(d)/float64(time.Millisecond), 2) }

func round(x float64, digits int) float64 {
	unit := math.Pow10(digits)
	return math.Round(x*unit) / unit
}

// Failures is how many requests went wrong other than by a conflict.
func (r *Report) Failures() int {
	return r.Create.Errors + r.CreateTen.Errors + r.Grid.Errors + r.GridEight.Errors + r.GridKept.Errors + r.Calendar.Errors +
		r.SignIn.Errors + r.Catalogue.Errors + r.Saturdays.Errors + r.Popular.Errors + r.Callbacks.Errors
}

// Print writes the report for people.
func (r *Report) Print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "what\tclients\trequests\tper second\tp50 ms\tp95 ms\tp99 ms\terrors\tof the limit\t")
	row := func(what string, l Latency, ratio string) {
		if l.Requests+l.Errors == 0 {
			return // not measured
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%d\t%s\t\n",
			what, l.Clients, l.Requests, l.PerSecond, l.P50MS, l.P95MS, l.P99MS, l.Errors, ratio)
	}
	row("bookings, one tenant", r.Create.Latency, percent(r.Create.Ratio))
	row("bookings, ten tenants", r.CreateTen.Latency, percent(r.CreateTen.Ratio))
	row("grid of 31 days", r.Grid, "")
	row("grid of 31 days", r.GridEight, "")
	row("the same grid again", r.GridKept, "")
	row("calendar of a week", r.Calendar, "")
	row("public catalogue", r.Catalogue, "")
	row("sign-in", r.SignIn, "")
	row("busy Saturdays", r.Saturdays.Latency, "")
	row("callbacks accepted", r.Callbacks.Latency, "")
	if err := table.Flush(); err != nil {
		return err
	}
	if len(r.Growth) > 0 {
		fmt.Fprintln(w, "\nGrids by size:")
	}
	for _, g := range r.Growth {
		fmt.Fprintf(w, "  %3d staff, %2d days: p50 %.2f ms, p95 %.2f ms\n", g.Staff, g.Days, g.P50MS, g.P95MS)
	}
	if len(r.Only) > 0 {
		fmt.Fprintf(w, "\nOnly measured: %s; all else below is zero.\n", strings.Join(r.Only, ", "))
	}
	m := r.Machine
	_, err := fmt.Fprintf(w, strings.TrimLeft(`
Limit (the driver alone, %d clients): %.0f bookings/s on one tenant, %.0f on ten, of %d rows each; %.0f single rows read/s.
Bookings refused as taken: %d and %d.
%d busy Saturdays of %d appointments, with all that happens to them: %.1f s; slowest request %.0f ms.
A popular hour of %d places, wanted by %d customers at once: %d have it; slowest answer %.0f ms, p99 %.0f ms.
Payments online: %d; from paying to the appointment's being paid p50 %.0f ms, p95 %.0f ms.
Jobs left waiting when the last was answered: %d, then worked at %.0f/s.
Server: ready %.0f ms after its first start, %.0f ms after a later one; %.1f MiB resident when idle.
Machine: %s, %d cores, %.0f GiB, %s, %s, PostgreSQL %s, load %.2f before.
Seed %d, %.0f seconds.
`, "\n"),
		clients, r.Limit.InsertsPerSecond, r.Limit.InsertsTenPerSecond, r.Limit.RowsPerInsert, r.Limit.SelectsPerSecond,
		r.Create.Conflicts, r.CreateTen.Conflicts,
		r.Saturdays.Days, saturdayBookings, r.Saturdays.Seconds, r.Saturdays.MaxMS,
		r.Popular.Places, r.Popular.Customers, r.Popular.Winners, r.Popular.MaxMS, r.Popular.P99MS,
		r.Callbacks.Pages, r.Callbacks.AppliedP50MS, r.Callbacks.AppliedP95MS, r.Jobs.Waiting, r.Jobs.PerSecond, r.Start.FirstMS, r.Start.LaterMS, r.Idle.ResidentMiB,
		m.CPU, m.Cores, m.MemoryGiB, m.System, m.Go, m.PostgreSQL, m.LoadAverage, r.Seed, r.TookSeconds)
	return err
}

func percent(ratio float64) string { return fmt.Sprintf("%.0f %%", 100*ratio) }

func system() string { return runtime.GOOS + "/" + runtime.GOARCH }
