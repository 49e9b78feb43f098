package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
)

const (
	historyChunk    = 50_000 // payments that are copied at once
	historyDays     = 730
	historyRequests = 600
	historyPages    = 5 // of each list
	printRequests   = 200
)

// History is what was measured on the payments of one tenant that has many.
type History struct {
	Payments    int     `json:"payments"`
	LoadSeconds float64 `json:"load_seconds"`
	// Pages are the first pages of lists with and without filters, each with its total.
	Pages Latency `json:"pages"`
	// Summary adds up all payments.
	Summary Latency `json:"summary"`
	// ExportSeconds is how long the file of all of them takes to be read.
	ExportSeconds float64 `json:"export_seconds"`
	// PDF is an invoice as it is printed, over HTTP.
	PDF      Latency `json:"pdf"`
	PDFBytes int     `json:"pdf_bytes"`

	Seed        uint64  `json:"seed"`
	Machine     Machine `json:"machine"`
	TookSeconds float64 `json:"took_seconds"`
}

// RunHistory measures the history of a tenant with so many payments, and the print of its
// invoices. Whatever it made is removed again, also when ctx ends.
func RunHistory(ctx context.Context, o Options, payments int) (_ History, err error) {
	began := time.Now()
	report := History{Payments: payments, Seed: o.Seed}
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
	r.api = newClient(r.server.url)
	if err := r.measureHistory(ctx, &report, payments); err != nil {
		return report, err
	}
	report.TookSeconds = round(time.Since(began).Seconds(), 1)
	return report, ctx.Err()
}

func (r *run) measureHistory(ctx context.Context, report *History, payments int) error {
	salons, err := r.loadSalons(ctx, 1, 1)
	if err != nil {
		return err
	}
	s := salons[0]
	r.Log.Info("loading payments", "payments", payments)
	began := time.Now()
	if err := r.loadPayments(ctx, s, payments); err != nil {
		return err
	}
	report.LoadSeconds = round(time.Since(began).Seconds(), 1)
	if err := s.signIn(ctx, r.api); err != nil {
		return err
	}
	r.Log.Info("measuring the history")
	pages := r.pages(s)
	if t := repeat(ctx, 1, historyRequests/10, pages); t.firstErr != nil {
		return t.firstErr
	}
	report.Pages = latency(1, repeat(ctx, 1, historyRequests, pages))
	summary := func(ctx context.Context) error {
		status, err := r.api.call(ctx, s.token, http.MethodGet, "/payments/history/summary", nil, nil)
		return expecting(http.StatusOK, status, err)
	}
	report.Summary = latency(1, repeat(ctx, 1, 5, summary))
	began = time.Now()
	status, err := r.api.call(ctx, s.token, http.MethodGet, "/payments/history/export", nil, nil)
	if err := expecting(http.StatusOK, status, err); err != nil {
		return err
	}
	report.ExportSeconds = round(time.Since(began).Seconds(), 1)
	return r.prints(ctx, s, report)
}

// pages asks for one of the first pages, all payments or some, and checks the total
// where it is known.
func (r *run) pages(s *salon) func(ctx context.Context) error {
	month := time.Now().UTC().AddDate(0, -3, 0)
	filters := []string{
		"", "status=completed", "status=failed", "payment_type=package", "payment_type=appointment&status=pending",
		fmt.Sprintf("date_from=%s&date_to=%s", month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly)),
		fmt.Sprintf("date_from=%s&status=completed", month.Format(time.DateOnly)),
	}
	return func(ctx context.Context) error {
		path := fmt.Sprintf("/payments/history?skip=%d&%s", 20*r.random.IntN(historyPages), filters[r.random.IntN(len(filters))])
		var page struct {
			Total int   `json:"total"`
			Items []any `json:"items"`
		}
		if err := r.api.must(ctx, s.token, http.MethodGet, path, nil, &page); err != nil {
			return err
		}
		if len(page.Items) != 20 || page.Total < len(page.Items) {
			return fmt.Errorf("%s: %d items of %d", path, len(page.Items), page.Total)
		}
		return nil
	}
}

// loadPayments copies payments of the last two years.
func (r *run) loadPayments(ctx context.Context, s *salon, payments int) error {
	kinds := strings.Fields("appointment appointment appointment appointment appointment appointment appointment package wallet_topup refund")
	statuses := strings.Fields("completed completed completed completed completed completed completed cancelled failed pending")
	methods := strings.Fields("cash pos_terminal bank_transfer qris gopay")
	columns := strings.Fields("tenant_id id payment_type status customer_id reference_id description currency base_amount platform_fee platform_fee_rate " +
		"total_amount merchant_amount payment_method payment_provider paid_at created_at updated_at")
	first := time.Now().UTC().AddDate(0, 0, -historyDays)
	step := historyDays * 24 * time.Hour / time.Duration(payments)
	for done := 0; done < payments; {
		n := min(historyChunk, payments-done)
		from := done
		source := pgx.CopyFromSlice(n, func(i int) ([]any, error) {
			at := first.Add(time.Duration(from+i) * step)
			base := int64(50_000 + 1000*r.random.IntN(400))
			made := id.NewAt(at)
			return []any{
				string(s.tenant), string(made), kinds[r.random.IntN(len(kinds))], statuses[r.random.IntN(len(statuses))],
				string(s.customers[r.random.IntN(len(s.customers))]), "BENCH-" + string(made), "Appointment", "IDR", base, base * 8 / 100, int64(80_000),
				base + base*8/100, base, methods[r.random.IntN(len(methods))], "manual", at, at, at,
			}, nil
		})
		if _, err := r.driver.CopyFrom(ctx, pgx.Identifier{"payments"}, columns, source); err != nil {
			return fmt.Errorf("copy payments: %w", err)
		}
		done += n
	}
	_, err := r.driver.Exec(ctx, "VACUUM ANALYZE payments, payment_counts")
	return err
}

// prints writes an invoice and downloads it many times.
func (r *run) prints(ctx context.Context, s *salon, report *History) error {
	var made struct {
		ID string `json:"id"`
	}
	err := r.api.must(ctx, s.token, http.MethodPost, "/invoices", map[string]any{
		"invoice_type": "PACKAGE", "customer_id": s.customers[0],
		"line_items": []map[string]any{
			{"description": "Bridal package: hair, make-up and nails", "quantity": 1, "unit_price": 2_500_000, "tax_rate": 0.11},
			{"description": "Hot stone massage", "quantity": 2, "unit_price": 450_000, "discount": 50_000},
		},
	}, &made)
	if err != nil {
		return err
	}
	download := func(ctx context.Context) error {
		body, err := r.bytes(ctx, s.token, "/invoices/"+made.ID+"/download")
		report.PDFBytes = len(body)
		return err
	}
	if t := repeat(ctx, 1, printRequests/10, download); t.firstErr != nil {
		return t.firstErr
	}
	report.PDF = latency(1, repeat(ctx, 1, printRequests, download))
	return nil
}

// bytes reads an answer that is no JSON.
func (r *run) bytes(ctx context.Context, token, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.api.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := r.api.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return body, expecting(http.StatusOK, answer.StatusCode, err)
}

// Failures is how many requests failed.
func (h *History) Failures() int { return h.Pages.Errors + h.Summary.Errors + h.PDF.Errors }

// Print writes the report for people.
func (h *History) Print(w io.Writer) error {
	row := func(name string, l Latency) string {
		return fmt.Sprintf("%-34s p50 %8.2f ms   p95 %8.2f ms   p99 %8.2f ms   (%d requests, %d errors)\n", name, l.P50MS, l.P95MS, l.P99MS, l.Requests, l.Errors)
	}
	_, err := fmt.Fprintf(w, `History of a tenant with %d payments, loaded in %.1f s.
%s%sAll of them as CSV in %.1f s.
%s%d bytes.
Machine: %s, %d cores, %.0f GiB, %s, %s, PostgreSQL %s, load %.2f before.
Seed %d, %.0f seconds.
`, h.Payments, h.LoadSeconds, row("first pages, with total", h.Pages), row("summary of all", h.Summary), h.ExportSeconds, row("invoice as PDF", h.PDF), h.PDFBytes,
		h.Machine.CPU, h.Machine.Cores, h.Machine.MemoryGiB, h.Machine.System, h.Machine.Go, h.Machine.PostgreSQL, h.Machine.LoadAverage, h.Seed, h.TookSeconds)
	return err
}
