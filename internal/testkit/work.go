package testkit

import "sync"

// Work is what a server asks of its database: the statements of each round trip.
type Work struct {
	mu      sync.Mutex
	batches [][]string
}

// Add is told of a round trip.
func (w *Work) Add(statements []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batches = append(w.batches, statements)
}

// Take returns the round trips since it was last asked.
func (w *Work) Take() [][]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	batches := w.batches
	w.batches = nil
	return batches
}
