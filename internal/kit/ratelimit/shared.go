package ratelimit

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"reserva/internal/kit/db"
)

// Shared is a Limiter of all servers on one database: together they allow exactly the limit, whichever server a caller
// comes to. A request costs one statement at most, and less the more there are: those that arrive while a statement is
// under way travel together in the next. Who is over the limit is refused from memory until the window turns.
//
// While the table cannot be reached each server counts for itself, from what it saw last. The servers' clocks should
// agree to a second or so, as they do wherever time is synchronised.
type Shared struct {
	db   *db.DB
	log  *slog.Logger
	seen *Memory // what the table said last, and the counters while there is no table

	mu      sync.Mutex
	waiting []*ask
	sending bool      // somebody sends what waits
	alone   time.Time // until then the table is not asked
}

// ask is a request that waits for its decision.
type ask struct {
	key    string
	limit  Limit
	now    time.Time
	answer chan answer // has room, so that nobody waits for who has gone
}

// answer is a decision, or that there was none.
type answer struct {
	decision Decision
	err      error
}

const (
	// patience is how long the table may take.
	patience = time.Second
	// solitude is how long the table is left alone after it failed.
	solitude = 5 * time.Second
)

var errAlone = errors.New("ratelimit: the table is not asked now")

// NewShared returns a Limiter on the table of d. It remembers about so many counters beside it.
func NewShared(d *db.DB, capacity int, log *slog.Logger) *Shared {
	return &Shared{db: d, log: log, seen: NewMemory(capacity)}
}

// Take implements Limiter. Its only error is that of ctx.
func (s *Shared) Take(ctx context.Context, key string, l Limit, now time.Time) (Decision, error) {
	if d, refused := s.seen.refusal(key, l, now); refused {
		return d, nil
	}
	q := &ask{key: key, limit: l, now: now, answer: make(chan answer, 1)}
	s.join(ctx, q)
	select {
	case a := <-q.answer:
		if a.err != nil {
			return s.seen.Take(ctx, key, l, now)
		}
		return a.decision, nil
	case <-ctx.Done():
		return Decision{}, ctx.Err()
	}
}

// join adds q to what waits, and begins to send where nobody does.
func (s *Shared) join(ctx context.Context, q *ask) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.now.Before(s.alone) {
		q.answer <- answer{err: errAlone}
		return
	}
	s.waiting = append(s.waiting, q)
	if !s.sending {
		s.sending = true
		// What is sent is not this request's alone, and outlives it.
		go s.send(context.WithoutCancel(ctx))
	}
}

// send asks the table until nobody waits.
func (s *Shared) send(ctx context.Context) {
	for {
		s.mu.Lock()
		batch := s.waiting
		s.waiting = nil
		s.sending = len(batch) > 0
		s.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		s.settle(ctx, batch)
	}
}

// settle asks the table about all of a batch and tells each its decision.
func (s *Shared) settle(ctx context.Context, batch []*ask) {
	byKey := map[string][]*ask{}
	now := batch[0].now
	for _, q := range batch {
		byKey[q.key] = append(byKey[q.key], q)
		if q.now.After(now) {
			now = q.now
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	counted, err := s.count(ctx, byKey, now)
	if err != nil {
		s.leaveAlone(ctx, now, err)
	}
	for key, asks := range byKey {
		c, ok := counted[key]
		if ok {
			s.seen.put(key, c.counter())
		}
		for i, q := range asks {
			if !ok {
				q.answer <- answer{err: errAlone}
				continue
			}
			q.answer <- answer{decision: c.decide(q, i)}
		}
	}
}

// leaveAlone says once that the table does not answer, and spares those who come next from waiting for it.
func (s *Shared) leaveAlone(ctx context.Context, now time.Time, err error) {
	s.mu.Lock()
	s.alone = now.Add(solitude)
	s.mu.Unlock()
	s.log.WarnContext(ctx, "rate limits are counted by this server alone for now", slog.Any("error", err))
}

// decide tells the decision on the request at position i of those that the row was counted for.
func (c counted) decide(q *ask, i int) Decision {
	if i >= c.Granted {
		return Decide(q.limit, c.UsedMinute, c.UsedHour, q.now)
	}
	before := c.Granted - i
	return Decide(q.limit, c.UsedMinute-before, c.UsedHour-before, q.now)
}

func (c counted) counter() counter {
	return counter{minute: c.Minute, hour: c.Hour, usedMinute: int32(c.UsedMinute), usedHour: int32(c.UsedHour)}
}

func sortedKeys(byKey map[string][]*ask) []string {
	keys := make([]string, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
