package world_test

import (
	"bytes"
	"maps"
	"net/http"
	"testing"

	"reserva/internal/testkit"
)

// A request that is sent again with the same key is answered as the first was and
// has no second effect; another request with that key is refused, and so is a
// mistake, which does not use the key up.
func TestRetriesHaveOneEffect(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	s.mine.ids["appointment_date"], s.mine.ids["bookingDate"] = s.Day(3), s.Day(3)
	inputs := newInputs(s)
	tried := 0
	for _, o := range s.Operations {
		if o.Spec.Extensions["x-idempotent"] != true {
			continue
		}
		body := sample(o, s.mine.ids)
		request := testkit.Request{
			As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Header: maps.Clone(s.named(o)),
		}
		if request.Header == nil {
			request.Header = testkit.Object{}
		}
		request.Header["Idempotency-Key"] = "key-" + o.Spec.OperationID
		if o.Spec.RequestBody != nil {
			request.Body = `{"notes":`
			inputs.refuse(o, request, "a body that ends too soon")
		}
		request.Body = orNil(body)
		first := s.Send(request)
		if first.Status/100 != 2 {
			continue // its example needs more than this test has; the feature's own tests do
		}
		tried++
		inputs.before = inputs.ledger.read()
		again := s.Send(request)
		if again.Status != first.Status || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s sent twice: first %d %s\nthen %d %s", o, first.Status, first.Body, again.Status, again.Body)
		}
		if body == nil {
			continue
		}
		other := maps.Clone(body)
		other["notes"] = "another"
		request.Body = other
		if a := inputs.refuse(o, request, "the key of another request"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s with the key of another request: %d %s", o, a.Status, a.Body)
		}
		inputs.unchanged(o)
	}
	if tried < 7 {
		t.Errorf("only %d operations were tried", tried)
	}
}
