package slots

import "time"

// Policy bounds the starts that may be asked for, by exact instants. Its zero value bounds nothing.
type Policy struct {
	Now       time.Time // a start must lie after it
	NotBefore time.Time // with the minimum notice: the earliest start
	NotAfter  time.Time // with the booking horizon: the latest start; zero for none
}

// Board is one day of an outlet, on which services are placed. It keeps working memory between calls: Reset it for the
// next day rather than make another, and do not share it between goroutines. Nothing it returns refers to that memory.
type Board struct {
	day       *Day
	policy    Policy
	closed    bool // there are no opening hours at all
	open      Mask
	startable Mask // where policy and clock allow a start

	charts     []chart
	quickest   extent // of the members of the placed leg
	slowest    extent
	candidates []Candidate
	shelves    []shelf
	supplies   []supply
	tally      []opening
	fitting    fitting
}

// NewBoard returns the board of a day. No hours mean that the outlet is closed.
func NewBoard(day *Day, hours []Wall, policy Policy) *Board {
	b := new(Board)
	b.Reset(day, hours, policy)
	return b
}

// Reset makes b the board of another day.
func (b *Board) Reset(day *Day, hours []Wall, policy Policy) {
	b.day, b.policy, b.closed = day, policy, len(hours) == 0
	b.open, b.shelves = Mask{}, b.shelves[:0]
	for _, w := range hours {
		b.open.Set(day.within(w))
	}
	b.startable = day.named
	if b.policyReasons(day.start) == 0 && b.policyReasons(day.end) == 0 {
		return // what it allows is one stretch of time
	}
	for step := range day.named.All() {
		if b.policyReasons(day.At(step)) != 0 {
			b.startable.Clear(step)
		}
	}
}

// Day returns the day.
func (b *Board) Day() *Day { return b.day }

// policyReasons returns what the policy has against a start.
func (b *Board) policyReasons(start time.Time) (why reasons) {
	if !start.After(b.policy.Now) {
		why.add(Past)
	}
	if start.Before(b.policy.NotBefore) || !b.policy.NotAfter.IsZero() && start.After(b.policy.NotAfter) {
		why.add(OutsideWindow)
	}
	return why
}
