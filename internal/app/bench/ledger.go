package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
)

const (
	ledgerTenants = 10
	ledgerChunk   = 20_000 // payments that are copied at once
	ledgerRuns    = 3
)

// Ledger is what verifying many entries took.
type Ledger struct {
	Tenants     int     `json:"tenants"`
	Entries     int     `json:"entries"`
	Movements   int     `json:"movements"`
	LoadSeconds float64 `json:"load_seconds"`
	// Seconds are those of the command, from the beginning of its process to its end:
	// the median.
	Seconds float64 `json:"seconds"`
	Wrong   int     `json:"wrong"` // runs that found something

	Seed        uint64  `json:"seed"`
	Machine     Machine `json:"machine"`
	TookSeconds float64 `json:"took_seconds"`
}

// RunLedger measures `ledger verify` over at least so many entries. Whatever it made
// is removed again, also when ctx ends.
func RunLedger(ctx context.Context, o Options, entries int) (_ Ledger, err error) {
	began := time.Now()
	report := Ledger{Tenants: ledgerTenants, Seed: o.Seed}
	dir, err := os.MkdirTemp(o.Dir, "reserva-bench-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		return report, err
	}
	r := &run{Options: o, server: newServer(o.Program, dir), random: rand.New(rand.NewPCG(o.Seed, 0))}
	if _, err := r.server.start(ctx); err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	if r.driver, err = connect(ctx, r.server.data); err != nil {
		return report, err
	}
	defer r.driver.Close()
	if report.Machine, err = machine(ctx, r.driver); err != nil {
		return report, err
	}
	r.Log.Info("loading")
	if err := r.loadBooks(ctx, entries); err != nil {
		return report, err
	}
	report.LoadSeconds = round(time.Since(began).Seconds(), 1)
	err = r.driver.QueryRow(ctx, `SELECT (SELECT count(*) FROM ledger_entries), (SELECT count(*) FROM ledger_movements)`).Scan(&report.Entries, &report.Movements)
	if err != nil {
		return report, err
	}
	r.Log.Info("measuring ledger verify", "entries", report.Entries)
	times := make([]time.Duration, ledgerRuns)
	for i := range times {
		started := time.Now()
		command := exec.CommandContext(ctx, r.Program, "ledger", "verify")
		command.Env = append(withoutSettings(os.Environ()), "RESERVA_DATA="+r.server.data)
		said, err := command.CombinedOutput()
		if times[i] = time.Since(started); err != nil {
			r.Log.Error("ledger verify failed", "said", string(said))
			report.Wrong++
		}
	}
	report.Seconds = round(percentile(times, 50).Seconds(), 2)
	report.TookSeconds = round(time.Since(began).Seconds(), 1)
	return report, ctx.Err()
}

// Failures is how many runs found something wrong, where nothing is.
func (l *Ledger) Failures() int { return l.Wrong }

// Print writes the report for people.
func (l *Ledger) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, `Ledger of %d tenants: %d entries of %d movements, with as many payments, loaded in %.1f s.
Verified in %.2f s (median of %d runs of the command).
Machine: %s, %d cores, %.0f GiB, %s, %s, PostgreSQL %s, load %.2f before.
Seed %d, %.0f seconds.
`, l.Tenants, l.Entries, l.Movements, l.LoadSeconds, l.Seconds, ledgerRuns,
		l.Machine.CPU, l.Machine.Cores, l.Machine.MemoryGiB, l.Machine.System, l.Machine.Go, l.Machine.PostgreSQL, l.Machine.LoadAverage, l.Seed, l.TookSeconds)
	return err
}

// loadBooks copies payments with their movements until there are so many entries.
// The triggers that look at each entry are off: a summary at the end makes the
// balances.
func (r *run) loadBooks(ctx context.Context, entries int) error {
	tenants := make([]id.ID, ledgerTenants)
	for i := range tenants {
		tenants[i] = id.New()
		_, err := r.driver.Exec(ctx, `
			INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ($1, $2, 'Salon', 'books@example.com', '+622150812345', now(), now())`, tenants[i], fmt.Sprintf("books-%d", i))
		if err != nil {
			return err
		}
	}
	made, at := 0, time.Now().Add(-365*24*time.Hour)
	for made < entries {
		c := chunkOfBooks{customer: id.New()}
		for range min(ledgerChunk, (entries-made)/2+1) {
			// Half of everything is one tenant's.
			tenant := tenants[max(0, r.random.IntN(2*ledgerTenants)-ledgerTenants)]
			at = at.Add(time.Second)
			c.add(tenant, at, int64(1+r.random.IntN(500))*1000)
		}
		made += len(c.entries)
		if err := c.copy(ctx, r); err != nil {
			return err
		}
	}
	_, err := r.driver.Exec(ctx, `
		INSERT INTO ledger_balances (tenant_id, account, currency, amount)
		SELECT tenant_id, account, currency, sum(amount)
		FROM ledger_entries
		GROUP BY tenant_id, account, currency`)
	if err != nil {
		return err
	}
	_, err = r.driver.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// chunkOfBooks are payments with what they moved, as rows.
type chunkOfBooks struct {
	customer                     id.ID
	payments, movements, entries [][]any
}

// add adds a payment online with a fee, one of every three paid in part from a
// wallet, or one at the desk.
func (c *chunkOfBooks) add(tenant id.ID, at time.Time, base int64) {
	payment, movement, fee := id.NewAt(at), id.NewAt(at), base*8/100
	type entry struct {
		account string
		amount  int64
	}
	provider, total := "paper_id", base+fee
	var entries []entry
	switch len(c.payments) % 3 {
	case 0:
		entries = []entry{{"gateway", -total}, {"merchant", base}, {"platform", fee}}
	case 1:
		entries = []entry{{"gateway", -total - 1000}, {"merchant", base}, {"platform", fee}, {"wallet:" + string(c.customer), 1000}}
		total += 1000
	default:
		provider, total, fee = "manual", base, 0
		entries = []entry{{"cash", -base}, {"takings", base}}
	}
	c.payments = append(c.payments, []any{tenant, payment, "appointment", "completed", payment, "IDR", base, fee, total, base, provider, at, at, at})
	c.movements = append(c.movements, []any{tenant, movement, "charge", payment, at})
	for n, e := range entries {
		c.entries = append(c.entries, []any{tenant, movement, int32(n), e.account, "IDR", e.amount})
	}
}

func (c *chunkOfBooks) copy(ctx context.Context, r *run) error {
	return pgx.BeginFunc(ctx, r.driver, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
			return err
		}
		for _, t := range []rows{
			{"payments", "tenant_id id payment_type status reference_id currency base_amount platform_fee total_amount merchant_amount payment_provider paid_at created_at updated_at", c.payments},
			{"ledger_movements", "tenant_id id kind reference created_at", c.movements},
			{"ledger_entries", "tenant_id movement_id position account currency amount", c.entries},
		} {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.table}, strings.Fields(t.columns), pgx.CopyFromRows(t.values)); err != nil {
				return fmt.Errorf("copy into %s: %w", t.table, err)
			}
		}
		return nil
	})
}
