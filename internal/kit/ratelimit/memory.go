package ratelimit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

const (
	shardCount = 64
	// evictionSample is how many counters are looked at to find one to give up.
	evictionSample = 8
)

// Memory is a Limiter in this process: for one server, or where each server having its own count does not matter.
// It holds a bounded number of counters. When all are in use, one that has been used little gives way to the newcomer,
// so that flooding it with new keys does not free the callers who are being held back.
type Memory struct {
	seed   maphash.Seed
	shards [shardCount]shard
	each   int // counters in one shard
}

type shard struct {
	mu       sync.Mutex
	counters map[string]counter
	swept    int64    // the hour in which outdated counters were last removed
	_        [24]byte // keeps two busy shards out of one cache line
}

// counter is what one key used in the windows that it names.
type counter struct {
	minute, hour         int64
	usedMinute, usedHour int32
}

// NewMemory returns a Memory that holds about so many counters; each takes some hundred bytes.
func NewMemory(capacity int) *Memory {
	m := &Memory{seed: maphash.MakeSeed(), each: max(1, capacity/shardCount)}
	for i := range m.shards {
		m.shards[i].counters = map[string]counter{}
	}
	return m
}

// Take counts and decides. It never fails, and allocates only for a key that it does not hold.
func (m *Memory) Take(_ context.Context, key string, l Limit, now time.Time) (Decision, error) {
	minute, hour := Windows(now)
	s := &m.shards[maphash.String(m.seed, key)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()

	c, held := s.counters[key]
	c.turn(minute, hour)
	d := Decide(l, int(c.usedMinute), int(c.usedHour), now)
	if !d.Allowed {
		return d, nil // and the counter is held already: an unused one allows at least one request
	}
	c.usedMinute++
	c.usedHour++
	if !held {
		s.makeRoom(m.each, hour)
	}
	s.counters[key] = c
	return d, nil
}

// refusal returns the decision on a request that is refused by what is known of its key, and counts nothing.
func (m *Memory) refusal(key string, l Limit, now time.Time) (Decision, bool) {
	s := &m.shards[maphash.String(m.seed, key)%shardCount]
	s.mu.Lock()
	c, held := s.counters[key]
	s.mu.Unlock()
	if !held {
		return Decision{}, false
	}
	c.turn(Windows(now))
	d := Decide(l, int(c.usedMinute), int(c.usedHour), now)
	return d, !d.Allowed
}

// put replaces what is known of a key.
func (m *Memory) put(key string, c counter) {
	s := &m.shards[maphash.String(m.seed, key)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, held := s.counters[key]; !held {
		s.makeRoom(m.each, c.hour)
	}
	s.counters[key] = c
}

// turn begins new windows where time has moved on. Requests that run at once may arrive a little out of order, so a
// time in the window just before counts in the present one; a clock put farther back begins anew.
func (c *counter) turn(minute, hour int64) {
	if minute != c.minute && minute != c.minute-1 {
		c.minute, c.usedMinute = minute, 0
	}
	if hour != c.hour && hour != c.hour-1 {
		c.hour, c.usedHour = hour, 0
	}
}

// makeRoom removes counters until one more fits: those of past hours, once in an hour, and else the least used of a
// few that the map happens to give.
func (s *shard) makeRoom(capacity int, hour int64) {
	if len(s.counters) < capacity {
		return
	}
	if s.swept != hour {
		s.swept = hour
		for key, c := range s.counters {
			if c.hour != hour {
				delete(s.counters, key)
			}
		}
	}
	for len(s.counters) >= capacity {
		victim, least, seen := "", int32(0), 0
		for key, c := range s.counters {
			if c.hour != hour {
				c.usedHour = 0
			}
			if seen == 0 || c.usedHour < least {
				victim, least = key, c.usedHour
			}
			if seen++; seen == evictionSample {
				break
			}
		}
		delete(s.counters, victim)
	}
}
