package testkit

import (
	"sync"
	"time"
)

// Clock is the time that the server believes in. It stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is given to whoever asks for the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to a time.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance moves the clock forward. A World has its own, which takes timed jobs along.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }
