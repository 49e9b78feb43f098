package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// client calls the server as any program would, over connections that stay open. It
// does not ask for compressed answers: on one machine, client and server would pack
// and unpack for each other.
type client struct {
	base string
	http *http.Client
}

func newClient(url string) *client {
	return &client{base: url + "/api/v1", http: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 2 * clients, DisableCompression: true},
	}}
}

// call makes a request. Where into is nil the answer is read and dropped.
func (c *client) call(ctx context.Context, token, method, path string, body, into any) (status int, err error) {
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		sent = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return 0, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return answer.StatusCode, err
	}
	return answer.StatusCode, json.NewDecoder(answer.Body).Decode(into)
}

// must is call for requests that have to succeed.
func (c *client) must(ctx context.Context, token, method, path string, body, into any) error {
	var raw json.RawMessage
	status, err := c.call(ctx, token, method, path, body, &raw)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if status/100 != 2 {
		return fmt.Errorf("%s %s: status %d: %s", method, path, status, raw)
	}
	return json.Unmarshal(raw, into)
}

// How a piece of work can end, other than well or badly.
var (
	errConflict = errors.New("conflict")
	// errOver ends a load before its time; the piece of work does not count.
	errOver = errors.New("nothing left to do")
)

// expecting judges an answer.
func expecting(want, status int, err error) error {
	switch {
	case err != nil:
		return err
	case status == want:
		return nil
	case status == http.StatusConflict:
		return errConflict
	}
	return fmt.Errorf("status %d", status)
}

// tally is what came of a load.
type tally struct {
	elapsed   time.Duration
	took      []time.Duration // of what went well
	conflicts int
	errors    int
	firstErr  error
}

// add takes over another load of the same kind, which came after this one.
func (t *tally) add(more tally) {
	t.elapsed += more.elapsed
	t.count(more)
}

func (t *tally) count(more tally) {
	t.took = append(t.took, more.took...)
	t.conflicts += more.conflicts
	t.errors += more.errors
	if t.firstErr == nil {
		t.firstErr = more.firstErr
	}
}

func (t *tally) note(took time.Duration, err error) {
	switch {
	case err == nil:
		t.took = append(t.took, took)
	case errors.Is(err, errConflict):
		t.conflicts++
	default:
		t.errors++
		if t.firstErr == nil {
			t.firstErr = err
		}
	}
}

func (t *tally) perSecond() float64 {
	if t.elapsed == 0 {
		return 0
	}
	return float64(len(t.took)) / t.elapsed.Seconds()
}

// drive has so many clients work, each one piece after the other, until the time is
// over; what is under way then is finished and counts.
func drive(ctx context.Context, clients int, lasting time.Duration, work func(ctx context.Context) error) tally {
	began := time.Now()
	return fanOut(clients, func() (tally, bool) {
		if time.Since(began) >= lasting || ctx.Err() != nil {
			return tally{}, false
		}
		return timed(ctx, work)
	})
}

// repeat has so many clients do n pieces of work together.
func repeat(ctx context.Context, clients, n int, work func(ctx context.Context) error) tally {
	var done atomic.Int64
	return fanOut(clients, func() (tally, bool) {
		if done.Add(1) > int64(n) || ctx.Err() != nil {
			return tally{}, false
		}
		return timed(ctx, work)
	})
}

// repeatAfter is repeat with something that precedes each piece and is not timed.
func repeatAfter(ctx context.Context, clients, n int, before, work func(ctx context.Context) error) tally {
	var done atomic.Int64
	return fanOut(clients, func() (tally, bool) {
		if done.Add(1) > int64(n) || ctx.Err() != nil {
			return tally{}, false
		}
		if err := before(ctx); err != nil {
			var failed tally
			failed.note(0, err)
			return failed, true
		}
		return timed(ctx, work)
	})
}

func timed(ctx context.Context, work func(ctx context.Context) error) (one tally, more bool) {
	began := time.Now()
	err := work(ctx)
	if errors.Is(err, errOver) {
		return one, false
	}
	one.note(time.Since(began), err)
	return one, true
}

func fanOut(clients int, next func() (tally, bool)) tally {
	var all tally
	var mu sync.Mutex
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			var mine tally
			for {
				one, more := next()
				if !more {
					break
				}
				mine.count(one)
			}
			mu.Lock()
			defer mu.Unlock()
			all.count(mine)
		})
	}
	group.Wait()
	all.elapsed = time.Since(began)
	return all
}

// percentile of durations, by the nearest rank; 0 of none.
func percentile(took []time.Duration, p float64) time.Duration {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	rank := int(float64(len(sorted))*p/100+0.999999) - 1
	return sorted[max(0, min(rank, len(sorted)-1))]
}
