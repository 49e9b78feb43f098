package ratelimit

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// at returns a time on one day, in UTC.
func at(t testing.TB, clock string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04:05", "2026-11-21 "+clock)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func take(t testing.TB, limiter Limiter, key string, l Limit, now time.Time) Decision {
	t.Helper()
	d, err := limiter.Take(t.Context(), key, l, now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMemoryCountsBothWindows(t *testing.T) {
	m := NewMemory(1000)
	l := Limit{Minute: 2, Hour: 3}
	steps := []struct {
		at   string
		want Decision
	}{
		{"10:00:00", Decision{true, 2, 1, 3, 2, 0}},
		{"10:00:10", Decision{true, 2, 0, 3, 1, 0}},
		{"10:00:20", Decision{false, 2, 0, 3, 1, 40 * time.Second}},
		{"10:00:59", Decision{false, 2, 0, 3, 1, time.Second}},
		{"10:01:00", Decision{true, 2, 1, 3, 0, 0}},
		{"10:01:01", Decision{false, 2, 1, 3, 0, 58*time.Minute + 59*time.Second}},
		{"10:59:59", Decision{false, 2, 2, 3, 0, time.Second}},
		{"11:00:00", Decision{true, 2, 1, 3, 2, 0}},
	}
	for _, step := range steps {
		if diff := cmp.Diff(step.want, take(t, m, "a", l, at(t, step.at))); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", step.at, diff)
		}
	}
	if d := take(t, m, "b", l, at(t, "10:00:20")); !d.Allowed {
		t.Error("another key is refused")
	}
}

func TestNoLimit(t *testing.T) {
	m := NewMemory(1000)
	for range 100 {
		if d := take(t, m, "free", Limit{}, at(t, "10:00:00")); d != (Decision{Allowed: true}) {
			t.Fatalf("without a limit: %+v", d)
		}
		if d := take(t, m, "hourly", Limit{Hour: 100}, at(t, "10:00:00")); !d.Allowed || d.LimitMinute != 0 {
			t.Fatalf("with an hour's limit alone: %+v", d)
		}
	}
	if d := take(t, m, "hourly", Limit{Hour: 100}, at(t, "10:00:00")); d.Allowed || d.RetryAfter != time.Hour {
		t.Errorf("request 101 of 100: %+v", d)
	}
}

func TestMemoryWhenTimeGoesBack(t *testing.T) {
	m := NewMemory(1000)
	l := Limit{Minute: 1}
	if d := take(t, m, "a", l, at(t, "10:01:00")); !d.Allowed {
		t.Fatalf("first: %+v", d)
	}
	if d := take(t, m, "a", l, at(t, "10:00:59")); d.Allowed {
		t.Error("a request that arrives a moment late opens the past minute again")
	}
	if d := take(t, m, "a", l, at(t, "10:01:01")); d.Allowed {
		t.Error("the late request made the present minute forgotten")
	}
	if d := take(t, m, "a", l, at(t, "08:00:00")); !d.Allowed {
		t.Error("a clock that was put right shuts callers out")
	}
}

// Whatever the order of callers and times, no window allows more than its limit, and who is told to come back may.
func TestMemoryProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMemory(1000)
		l := Limit{Minute: rapid.IntRange(1, 4).Draw(t, "minute"), Hour: rapid.IntRange(1, 12).Draw(t, "hour")}
		now := time.Date(2026, 11, 21, 9, 58, 0, 0, time.UTC)
		inMinute, inHour := map[string]int{}, map[string]int{}
		for range rapid.IntRange(1, 150).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40_000).Draw(t, "ms")) * time.Millisecond)
			key := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key")
			minute, hour := key+now.Format("02 15:04"), key+now.Format("02 15")
			d, err := m.Take(t.Context(), key, l, now)
			if err != nil {
				t.Fatal(err)
			}
			want := inMinute[minute] < l.Minute && inHour[hour] < l.Hour
			if d.Allowed != want {
				t.Fatalf("%s at %v: allowed %v, with %d and %d used of %+v", key, now, d.Allowed, inMinute[minute], inHour[hour], l)
			}
			if !want {
				again, err := m.Take(t.Context(), key, l, now.Add(d.RetryAfter))
				if err != nil || !again.Allowed {
					t.Fatalf("%s at %v came back after %v and is refused, %v", key, now, d.RetryAfter, err)
				}
				now = now.Add(d.RetryAfter)
				minute, hour = key+now.Format("02 15:04"), key+now.Format("02 15")
				d = again
			}
			inMinute[minute]++
			inHour[hour]++
			if d.RemainingMinute != l.Minute-inMinute[minute] || d.RemainingHour != l.Hour-inHour[hour] {
				t.Fatalf("%s at %v: %+v, with %d and %d used", key, now, d, inMinute[minute], inHour[hour])
			}
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	const capacity = 6400
	m := NewMemory(capacity)
	now := at(t, "10:00:00")
	l := Limit{Minute: 10, Hour: 100}
	for range 10 {
		take(t, m, "attacker", l, now)
	}
	for i := range 10 * capacity {
		take(t, m, fmt.Sprintf("flood-%d", i), l, now)
	}
	held := 0
	for i := range m.shards {
		held += len(m.shards[i].counters)
	}
	if held > capacity {
		t.Errorf("%d counters are held, of %d", held, capacity)
	}
	if d := take(t, m, "attacker", l, now); d.Allowed {
		t.Error("a flood of new keys freed the caller who was held back")
	}
	take(t, m, "the next day", l, now.Add(24*time.Hour))
}

func TestMemoryForgetsPastHoursFirst(t *testing.T) {
	m := NewMemory(shardCount * 4)
	l := Limit{Hour: 100}
	for i := range shardCount * 40 {
		take(t, m, fmt.Sprintf("old-%d", i), l, at(t, "10:00:00"))
	}
	for i := range shardCount * 40 {
		take(t, m, fmt.Sprintf("new-%d", i), l, at(t, "11:00:00"))
	}
	for i := range m.shards {
		for key, c := range m.shards[i].counters {
			if _, hour := Windows(at(t, "11:00:00")); c.hour != hour {
				t.Errorf("%s of a past hour is still held by shard %d", key, i)
			}
		}
	}
}

func TestMemoryUnderConcurrency(t *testing.T) {
	m := NewMemory(1000)
	now := at(t, "10:00:00")
	const limit = 500
	var allowed atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for i := range 200 {
				d, err := m.Take(t.Context(), "shared", Limit{Minute: limit}, now)
				if err != nil {
					t.Error(err)
				}
				if d.Allowed {
					allowed.Add(1)
				}
				if _, err := m.Take(t.Context(), fmt.Sprintf("own-%d", i), Limit{Minute: 1}, now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	if allowed.Load() != limit {
		t.Errorf("%d requests were allowed of %d", allowed.Load(), limit)
	}
}

func TestTakeAllocatesNothingForAKnownKey(t *testing.T) {
	m := NewMemory(1000)
	now := at(t, "10:00:00")
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := m.Take(t.Context(), "a", Limit{Minute: 50, Hour: 1000}, now); err != nil {
			t.Fatal(err)
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

func BenchmarkTake(b *testing.B) {
	m := NewMemory(100_000)
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = fmt.Sprintf("public:203.0.113.%d", i)
	}
	now := at(b, "10:00:00")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := m.Take(b.Context(), keys[i%len(keys)], Limit{Minute: 30, Hour: 300}, now); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTakeWhenFull(b *testing.B) {
	m := NewMemory(10_000)
	keys := make([]string, 1<<16)
	for i := range keys {
		keys[i] = fmt.Sprintf("public:%d", i)
	}
	now := at(b, "10:00:00")
	for i := 0; b.Loop(); i++ {
		if _, err := m.Take(b.Context(), keys[i%len(keys)], Limit{Minute: 30, Hour: 300}, now); err != nil {
			b.Fatal(err)
		}
	}
}
