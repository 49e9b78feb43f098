package world_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What cannot be meant is refused by every operation: with a status of 4xx, in words
// of the operation's family that do not repeat it, and leaving nothing behind.

func TestMembersOfBodiesAreChecked(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	// Without the mistake, they could be booked.
	s.mine.ids["appointment_date"], s.mine.ids["bookingDate"], s.mine.ids["tenant_slug"] = s.Day(3), s.Day(3), s.mine.Slug
	for _, o := range s.Operations {
		if o.Audience == "webhook" || o.Spec.Deprecated {
			continue // providers are asked for a proof first; an alias has the same handler
		}
		body := orNil(sample(o, s.mine.ids))
		for _, p := range spots(o) {
			schema := o.Spec.RequestBody.Value.Content.Get("application/json").Schema.Value
			for _, b := range badValues(p.schema, p.required) {
				what := fmt.Sprintf("%s of %s", b.kind, p.name())
				a := inputs.refuse(o, testkit.Request{
					As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Header: s.named(o), Body: with(body, schema, p.at, b.value),
				}, what)
				if b.schematic() && !names(a, p) {
					t.Errorf("%s with %s: the answer does not say where: %d %s", o, what, a.Status, a.Body)
				}
			}
		}
		inputs.unchanged(o)
	}
	inputs.enough(5000)
}

// names tells whether an answer says which member is wrong.
func names(a testkit.Answer, p spot) bool {
	var body struct {
		Detail  json.RawMessage
		Message string
	}
	if a.Status != http.StatusUnprocessableEntity || json.Unmarshal(a.Body, &body) != nil {
		return false
	}
	if body.Message != "" {
		return strings.Contains(body.Message, p.at[0]+": ")
	}
	var fields []struct{ Loc []any }
	if json.Unmarshal(body.Detail, &fields) != nil {
		return false
	}
	at := append([]string{"body"}, p.at...)
	if p.element() {
		at = at[:len(at)-1] // the list may be named instead
	}
	for _, field := range fields {
		if strings.HasPrefix(fmt.Sprint(field.Loc), strings.TrimSuffix(fmt.Sprint(at), "]")) {
			return true
		}
	}
	return false
}

// inputs sends what has to be refused and keeps account of it.
type inputs struct {
	*sweep
	ledger ledger
	before state
	asked  int
}

func newInputs(s *sweep) *inputs {
	s.Helper()
	l := newLedger(s.World)
	return &inputs{sweep: s, ledger: l, before: l.read()}
}

// unchanged fails the test if anything is stored that was not, or is no more.
func (i *inputs) unchanged(o world.Operation) {
	i.Helper()
	now := i.ledger.read()
	if changed := now.changed(i.before); len(changed) > 0 {
		i.Errorf("%s refuses and yet changes %s", o, strings.Join(changed, "; "))
	}
	i.before = now
}

func (i *inputs) enough(requests int) {
	i.Helper()
	if i.asked < requests {
		i.Errorf("only %d requests were made", i.asked)
	}
}

// refuse makes a request that has to be refused.
func (i *inputs) refuse(o world.Operation, r testkit.Request, what string) testkit.Answer {
	i.Helper()
	i.asked++
	r.Body = encoded(i.TB, r.Body)
	a := i.Send(r)
	if a.Status/100 != 4 || a.Status == http.StatusUnauthorized && signedIn(o) {
		i.Errorf("%s with %s: status %d: %s", o, what, a.Status, a.Body)
		return a
	}
	if wrong := shape(o, a); wrong != "" {
		i.Errorf("%s with %s: %s: %d %s", o, what, wrong, a.Status, a.Body)
	}
	if strings.Contains(string(a.Body), mark) || strings.Contains(fmt.Sprint(a.Header), mark) {
		i.Errorf("%s with %s: the answer repeats it: %s %v", o, what, a.Body, a.Header)
	}
	return a
}

// encoded writes a body as JSON that encoding/json would not write.
func encoded(t testing.TB, body any) any {
	t.Helper()
	switch body := body.(type) {
	case nil, string, []byte:
		return body
	}
	var out strings.Builder
	write(t, &out, body)
	return out.String()
}

func write(t testing.TB, out *strings.Builder, value any) {
	t.Helper()
	switch value := value.(type) {
	case json.RawMessage:
		out.Write(value)
	case map[string]any:
		separator := "{"
		for name, inner := range value {
			fmt.Fprintf(out, "%s%q:", separator, name)
			write(t, out, inner)
			separator = ","
		}
		out.WriteString(strings.Repeat("{", max(0, 1-len(value))) + "}")
	case []any:
		out.WriteString("[")
		for i, inner := range value {
			out.WriteString(strings.Repeat(",", min(1, i)))
			write(t, out, inner)
		}
		out.WriteString("]")
	default:
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatalf("body of the request: %v", err)
		}
		out.Write(text)
	}
}

// shape says what keeps a refusal from being one of its family.
func shape(o world.Operation, a testkit.Answer) string {
	var body map[string]any
	if json.Unmarshal(a.Body, &body) != nil {
		return "the body is no object"
	}
	if o.Audience == "guest" {
		if len(body) != 2 || body["statusCode"] != float64(a.Status) || fmt.Sprint(body["message"]) == "" {
			return "the body is not {statusCode, message}"
		}
		return ""
	}
	code, _ := body["code"].(string)
	if !strings.Contains(code, ".") || body["request_id"] != a.Header.Get("X-Request-Id") || body["detail"] == nil {
		return "the body lacks code, request_id or detail"
	}
	return ""
}
