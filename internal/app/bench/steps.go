package bench

import "context"

// loaded are the salons that the steps work on.
type loaded struct {
	grid, week, popular, till *salon
	one, ten                  []*salon
}

// step is a part of a run that can be measured alone.
type step struct {
	name string
	run  func(ctx context.Context) error
}

// steps are in the order in which they are measured: those that leave jobs behind come
// after those that only read.
func (r *run) steps(l loaded) []step {
	return []step{
		{"grid", func(ctx context.Context) error { return r.measureGrid(ctx, l.grid) }},
		{"growth", func(ctx context.Context) error { return r.measureGrowth(ctx, l.grid) }},
		{"calendar", func(ctx context.Context) error { return r.measureCalendar(ctx, l.grid) }},
		{"signin", func(ctx context.Context) error { return r.measureSignIn(ctx, l.grid) }},
		{"catalogue", func(ctx context.Context) error { return r.measureCatalogue(ctx, l.grid) }},
		{"bookings", func(ctx context.Context) error { return r.measureBookings(ctx, l.one, l.ten) }},
		{"jobs", r.measureJobs},
		{"saturdays", func(ctx context.Context) error { return r.measureSaturdays(ctx, l.week, saturdays) }},
		{"callbacks", func(ctx context.Context) error { return r.measureCallbacks(ctx, l.till, paidPages, callbackStorm) }},
		{"popular", func(ctx context.Context) error { return r.measurePopular(ctx, l.popular) }},
	}
}

// Steps are the names of what Run measures, in its order.
func Steps() []string {
	var names []string
	for _, s := range (&run{}).steps(loaded{}) {
		names = append(names, s.name)
	}
	return names
}
