package bench

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/app"
)

// What a large database is filled with is a diary that the product can read and book
// in, under all its guards.
func TestFill(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	salons, err := r.loadSalons(t.Context(), 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	before := guards(t, r)
	const appointments = 3 * 90 * 2 * largeDaily // of each; the future takes a third
	var report Large
	if err := r.fill(t.Context(), &report, salons, appointments); err != nil {
		t.Fatal(err)
	}
	if report.Appointments != 2*appointments {
		t.Errorf("%d appointments, want %d", report.Appointments, 2*appointments)
	}
	if after := guards(t, r); !slices.Equal(before, after) {
		t.Errorf("the guards were\n%v\nand are\n%v", before, after)
	}
	free, taken := newAgenda(salons, r.random, false), newAgenda(salons, r.random, true)
	if done := repeat(t.Context(), 4, 50, func(ctx context.Context) error { return r.book(ctx, free) }); len(done.took) != 50 {
		t.Errorf("booked %d of 50 free slots: %v", len(done.took), done.firstErr)
	}
	done := repeat(t.Context(), 4, 200, func(ctx context.Context) error { return r.book(ctx, taken) })
	if done.errors > 0 || done.conflicts < 50 { // nine of the day's 24 are booked, most lie across two slots
		t.Errorf("of 200 slots %d were refused: %v", done.conflicts, done.firstErr)
	}
	if err := r.askGrid(t.Context(), salons[0], salons[0].first, gridWeekDays); err != nil {
		t.Error(err)
	}
}

// guards are the indexes, constraints and triggers of the tables that are filled.
func guards(t *testing.T, r *run) []string {
	t.Helper()
	found, err := r.driver.Query(t.Context(), `
		SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ($1::regclass[])
		UNION ALL
		SELECT format('%s %s %s', conrelid::regclass, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')) FROM pg_constraint
		WHERE conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[])
		UNION ALL
		SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE tgrelid = ANY ($1::regclass[]) AND NOT tgisinternal
		ORDER BY 1`, filled)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}
