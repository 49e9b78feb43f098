package world_test

import (
	"bytes"
	"maps"
	"net/http"
	"testing"

	"reserva/internal/testkit"
)

// A request that is sent again with the same key is answered as the first was and
// has no second effect; another request with that key is refused.
func TestRetriesHaveOneEffect(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	tried := 0
	for _, o := range s.Operations {
		if o.Spec.Extensions["x-idempotent"] != true {
			continue
		}
		body := sample(o, s.mine.ids)
		request := testkit.Request{
			As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(body),
			Header: testkit.Object{"Idempotency-Key": "key-" + o.Spec.OperationID},
		}
		first := s.Send(request)
		if first.Status/100 != 2 {
			continue // its example needs more than this test has; the feature's own tests do
		}
		tried++
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
		if a := s.Send(request); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s with the key of another request: %d %s", o, a.Status, a.Body)
		}
	}
	if tried < 4 {
		t.Errorf("only %d operations were tried", tried)
	}
}
