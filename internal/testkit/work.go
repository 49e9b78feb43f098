package testkit

import "sync"

// Work is what a server asks of its database: the statements of each round trip.
type Work struct {
	mu      sync.Mutex
	asked   bool
	batches [][]string
	watch   func()
}

// Add is told of a round trip.
func (w *Work) Add(statements []string) {
	w.mu.Lock()
	if w.asked { // else a test of millions of requests would remember them all
		w.batches = append(w.batches, statements)
	}
	watch := w.watch
	w.mu.Unlock()
	if watch != nil {
		watch()
	}
}

// Take returns the round trips since it was last asked; the first time it returns none.
func (w *Work) Take() [][]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	batches := w.batches
	w.asked, w.batches = true, nil
	return batches
}

// Watch has fn called before each round trip from now on; nil ends it. So a test cuts
// a request off in the middle of its work.
func (w *Work) Watch(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watch = fn
}
