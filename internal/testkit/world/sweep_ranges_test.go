package world_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A range that ends before it begins is a mistake of the caller's, and everywhere the
// same one: an empty list would hide it.
func TestRangesThatEndBeforeTheyBegin(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	tried := 0
	for _, o := range s.Operations {
		for from, to := range ranges(o) {
			tried++
			r := testkit.Request{As: s.token(o), Method: o.Method, Header: s.named(o), Body: orNil(sample(o, s.mine.ids))}
			early, late := reversed(from)
			r.Path = fmt.Sprintf("%s?%s=%s&%s=%s%s", path(o, s.mine.ids), from, late, to, early, without(requiredQuery(o, from, s.mine.ids), to))
			a := s.Send(r)
			want := http.StatusUnprocessableEntity
			if _, documented := rangesRefusedWith400[o.Path]; documented {
				want = http.StatusBadRequest
			}
			if a.Status != want {
				t.Errorf("%s with %s after %s: %d, want %d: %s", o, from, to, a.Status, want, a.Body)
			} else if want == http.StatusUnprocessableEntity && o.Audience != "guest" && !strings.Contains(string(a.Body), `["query","`+to+`"]`) {
				t.Errorf("%s with %s after %s does not name %s: %s", o, from, to, to, a.Body)
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d ranges were found in the document", tried)
	}
}

// rangesRefusedWith400 are the lists whose documentation says so.
var rangesRefusedWith400 = map[string]bool{
	"/payments/history": true, "/customer-payments/history": true, "/customer/payments/history": true,
	"/payments/history/summary": true, "/customer-payments/history/summary": true, "/customer/payments/history/summary": true,
	"/payments/history/export": true, "/customer-payments/history/export": true, "/customer/payments/history/export": true,
}

// ranges are the pairs of query parameters by which an operation takes a range of
// dates or times, begin and end.
func ranges(o world.Operation) map[string]string {
	there := map[string]bool{}
	for _, p := range o.Spec.Parameters {
		there[p.Value.Name] = p.Value.In == "query"
	}
	pairs := map[string]string{}
	for name := range there {
		for begin, end := range map[string]string{"from": "to", "start": "end"} {
			if to := strings.Replace(name, begin, end, 1); to != name && there[name] && there[to] {
				pairs[name] = to
			}
		}
	}
	return pairs
}

// reversed are two values of a parameter, the earlier one first.
func reversed(parameter string) (early, late string) {
	if strings.Contains(parameter, "time") {
		return "10:00", "12:00"
	}
	return "2026-03-10", "2026-03-12"
}

// without takes a parameter out of a query.
func without(query, name string) string {
	var kept []string
	for _, part := range strings.Split(query, "&") {
		if !strings.HasPrefix(part, name+"=") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}
