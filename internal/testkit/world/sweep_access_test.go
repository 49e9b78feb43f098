package world_test

import (
	"net/http"
	"testing"
	"time"

	"reserva/internal/testkit"
)

// Who may call is asked of every operation that the document names, so that an
// endpoint cannot be added without.

func TestNobodyWithoutAToken(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	expired := s.mine.Customer.Token
	for _, o := range s.Operations {
		if !signedIn(o) {
			continue
		}
		for name, token := range map[string]testkit.Token{"no token": "", "nonsense": "nonsense", "a forged token": expired[:len(expired)-4] + "AAAA"} {
			a := s.Send(testkit.Request{As: token, Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids))})
			if a.Status != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s with %s: status %d, %q", o, name, a.Status, a.Header.Get("WWW-Authenticate"))
			}
			for _, header := range []string{"Limit-Minute", "Remaining-Minute", "Limit-Hour", "Remaining-Hour"} {
				if a.Header.Get("X-RateLimit-"+header) == "" {
					t.Errorf("%s with %s: no X-RateLimit-%s", o, name, header)
				}
			}
		}
	}
	s.Advance(31 * time.Minute)
	for name, call := range map[string]testkit.Request{
		"staff":    {As: s.mine.Admin, Method: "GET", Path: "/auth/me"},
		"customer": {As: s.mine.Customer.Token, Method: "GET", Path: "/customer/auth/me"},
	} {
		if a := s.Send(call); a.Status != http.StatusUnauthorized {
			t.Errorf("an expired token of %s: status %d", name, a.Status)
		}
	}
}

func TestNobodyOfAnotherAudience(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		var other testkit.Token
		switch o.Audience {
		case "staff":
			other = s.mine.Customer.Token
		case "customer":
			other = s.mine.Admin
		default:
			continue
		}
		a := s.Send(testkit.Request{As: other, Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids))})
		if a.Status != http.StatusForbidden {
			t.Errorf("%s with a token of the other audience: status %d: %s", o, a.Status, a.Body)
		}
	}
}

// orNil keeps a missing body from being sent as null.
func orNil(body testkit.Object) any {
	if body == nil {
		return nil
	}
	return body
}
