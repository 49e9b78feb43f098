package signin_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	limit  = 3
	window = 10 * time.Minute
	locked = 20 * time.Minute
)

type world struct {
	db    *db.DB
	guard *signin.Guard
	now   atomic.Int64
	who   string
}

func newWorld(t *testing.T) *world {
	t.Parallel()
	w := &world{who: string(id.New()) + "@example.com"}
	w.now.Store(time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC).Unix())
	w.db = testkit.DB(t, testkit.WithClock(func() time.Time { return time.Unix(w.now.Load(), 0) }))
	w.guard = signin.NewGuard(w.db, logins.Staff, limit, window, locked)
	return w
}

func (w *world) advance(d time.Duration) { w.now.Add(int64(d.Seconds())) }

func TestLockAfterTheLimit(t *testing.T) {
	w := newWorld(t)
	for range limit {
		if err := w.guard.Attempt(t.Context(), "", w.who); err != nil {
			t.Fatal(err)
		}
	}
	w.advance(5 * time.Minute)
	err := w.guard.Attempt(t.Context(), "", w.who)
	if f, ok := fault.As(err); !ok || !errors.Is(err, signin.ErrLocked) || f.RetryAfter != 15*time.Minute {
		t.Fatalf("got %v", err)
	}
	for _, other := range []struct{ scope, who string }{{"scope", w.who}, {"", "x" + w.who}} {
		if err := w.guard.Attempt(t.Context(), other.scope, other.who); err != nil {
			t.Errorf("%v is locked as well: %v", other, err)
		}
	}
	// Knocking at a locked door does not lengthen the lock.
	w.advance(15 * time.Minute)
	for range limit {
		if err := w.guard.Attempt(t.Context(), "", w.who); err != nil {
			t.Fatalf("after the lock: %v", err)
		}
	}
	if err := w.guard.Attempt(t.Context(), "", w.who); !errors.Is(err, signin.ErrLocked) {
		t.Errorf("second lock: %v", err)
	}
}

func TestOldFailuresAreForgotten(t *testing.T) {
	w := newWorld(t)
	for range 4 * limit {
		if err := w.guard.Attempt(t.Context(), "", w.who); err != nil {
			t.Fatal(err)
		}
		w.advance(window/2 + time.Second)
	}
}

func TestSuccessForgives(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		for range limit {
			if err := w.guard.Attempt(t.Context(), "", w.who); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.guard.Succeeded(t.Context(), "", w.who); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAttemptsAtOnce(t *testing.T) {
	w := newWorld(t)
	var passed atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := w.guard.Attempt(t.Context(), "", w.who); err == nil {
				passed.Add(1)
			} else if !errors.Is(err, signin.ErrLocked) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if passed.Load() != limit {
		t.Errorf("%d attempts passed, want %d", passed.Load(), limit)
	}
}

func TestSpendOnce(t *testing.T) {
	w := newWorld(t)
	jti := string(id.New())
	var spent atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var fresh bool
			err := w.db.Platform(t.Context(), "test", func(tx *db.Tx) (err error) {
				fresh, err = signin.Spend(t.Context(), tx, jti, tx.Now().Add(time.Minute))
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if fresh {
				spent.Add(1)
			}
		})
	}
	wg.Wait()
	if spent.Load() != 1 {
		t.Errorf("spent %d times", spent.Load())
	}
}

func TestTidyKeepsLocks(t *testing.T) {
	w := newWorld(t)
	for range limit {
		if err := w.guard.Attempt(t.Context(), "", w.who); err != nil {
			t.Fatal(err)
		}
	}
	if err := signin.Tidy(t.Context(), w.db); err != nil {
		t.Fatal(err)
	}
	if err := w.guard.Attempt(t.Context(), "", w.who); !errors.Is(err, signin.ErrLocked) {
		t.Errorf("the lock was tidied away: %v", err)
	}
}

// What the server had no time to compare locks nobody out, and gives no guess for free.
func TestAttemptsThatWereNotMadeDoNotCount(t *testing.T) {
	w := newWorld(t)
	busy := errors.New("no time")
	check := func(right bool, failure error) (bool, error) {
		return w.guard.Check(t.Context(), "", w.who, func() (bool, error) { return right, failure })
	}
	for range 3 * limit {
		if _, err := check(false, busy); !errors.Is(err, busy) {
			t.Fatalf("a failed comparison: %v", err)
		}
	}
	for range limit - 1 {
		if right, err := check(false, nil); right || err != nil {
			t.Fatalf("a wrong password: %v, %v", right, err)
		}
	}
	if _, err := check(false, busy); !errors.Is(err, busy) {
		t.Fatal(err)
	}
	if _, err := check(false, nil); err != nil {
		t.Fatalf("the last attempt: %v", err)
	}
	if _, err := check(true, nil); !errors.Is(err, signin.ErrLocked) {
		t.Errorf("after the limit: %v, want ErrLocked", err)
	}
	w.advance(locked)
	if right, err := check(true, nil); !right || err != nil {
		t.Errorf("after the lock: %v, %v", right, err)
	}
}

func TestProofsTellPasswordsApart(t *testing.T) {
	t.Parallel()
	if a := signin.ProofOf("a"); a == signin.ProofOf("b") || a != signin.ProofOf("a") {
		t.Errorf("proof %s", a)
	}
}
