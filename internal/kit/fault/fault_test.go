package fault_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/fault"
)

var errTaken = fault.New(fault.Conflict, "appointment.slot_taken", "That time is no longer free.")

func TestCopiesKeepTheirIdentity(t *testing.T) {
	cause := errors.New("connection reset")
	got := errTaken.
		With("Free again at %s.", "10:30").
		WithField("services.0.start_time", "taken", "value_error").
		WithExtra(map[string]any{"next_free": "10:30"}).
		WithRetryAfter(time.Minute).
		WithoutDetail().
		WithCause(cause)

	wrapped := fmt.Errorf("book: %w", got)
	if !errors.Is(wrapped, errTaken) || !errors.Is(wrapped, cause) {
		t.Error("a copy must be its declaration and its cause")
	}
	if errors.Is(wrapped, fault.ErrInvalid) {
		t.Error("a copy must not be another fault")
	}
	found, ok := fault.As(wrapped)
	if !ok || found != got {
		t.Errorf("As = %v, %v", found, ok)
	}
	if got.Message != "Free again at 10:30." {
		t.Errorf("message = %q", got.Message)
	}
	if got.Status() != http.StatusConflict || got.RetryAfter != time.Minute || !got.NoDetail {
		t.Errorf("copy lost something: %+v", got)
	}
}

func TestDeclarationIsNeverChanged(t *testing.T) {
	base := fault.New(fault.Invalid, "x", "y").WithField("a", "b", "c").WithExtra(map[string]any{"k": 1})
	_ = base.WithField("d", "e", "f")
	_ = base.WithExtra(map[string]any{"k": 2, "l": 3})
	_ = base.With("other")

	want := fault.New(fault.Invalid, "x", "y")
	want.Fields = []fault.Field{{Loc: []any{"body", "a"}, Message: "b", Type: "c"}}
	want.Extra = map[string]any{"k": 1}
	if base.Error() != want.Error() || cmp.Diff(want.Extra, base.Extra) != "" {
		t.Errorf("declaration changed: %v %v", base, base.Extra)
	}
}

func TestAsRefusesOtherErrors(t *testing.T) {
	for _, err := range []error{nil, errors.New("x")} {
		if f, ok := fault.As(err); ok || f != nil {
			t.Errorf("As(%v) = %v, %v", err, f, ok)
		}
	}
}

func TestLoc(t *testing.T) {
	for path, want := range map[string][]any{
		"services.0.staff_id": {"body", "services", 0, "staff_id"},
		"":                    {"body"},
		"query:page":          {"query", "page"},
		"path:id":             {"path", "id"},
		"a.-1":                {"body", "a", "-1"},
	} {
		if diff := cmp.Diff(want, fault.Loc(path)); diff != "" {
			t.Errorf("Loc(%q): %s", path, diff)
		}
	}
}

func TestInvalidField(t *testing.T) {
	err := fault.InvalidField("services.0.staff_id", "must differ")
	if !errors.Is(err, fault.ErrInvalid) || err.Status() != http.StatusUnprocessableEntity {
		t.Errorf("unexpected fault %v", err)
	}
	if got := err.Fields[0].Path(); got != "body.services.0.staff_id" {
		t.Errorf("path = %q", got)
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	seen := map[int]fault.Kind{}
	for k := fault.Invalid; k <= fault.Unavailable; k++ {
		s := k.Status()
		if s == http.StatusInternalServerError {
			t.Errorf("kind %d has no status", k)
		}
		if other, twice := seen[s]; twice {
			t.Errorf("kinds %d and %d share %d", other, k, s)
		}
		seen[s] = k
	}
	if fault.Kind(0).Status() != http.StatusInternalServerError {
		t.Error("the zero kind must be 500")
	}
}
