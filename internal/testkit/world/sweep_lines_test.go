package world_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"reserva/internal/testkit"
)

// severalLines are the members in which people write more than a line, and secrets,
// which are compared and never shown.
var severalLines = []string{
	"notes", "special_requests", "completion_notes", "cancellation_reason", "reason", "description", "bio",
	"tenant_slug", // which is looked up and not kept
	"password", "current_password", "new_password", "admin_password", "refresh_token", "auth_token", "selection_token", "token",
}

// A line break in what is shown on one line could forge a header of a mail or a line
// of a log; so could the other characters that end a line somewhere.
func TestSingleLinesAreSingle(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	s.mine.ids["appointment_date"], s.mine.ids["bookingDate"], s.mine.ids["tenant_slug"] = s.Day(3), s.Day(3), s.mine.Slug
	asked := 0
	for _, o := range s.Operations {
		body := orNil(sample(o, s.mine.ids))
		for _, p := range spots(o) {
			name := p.at[len(p.at)-1]
			if p.element() {
				name = p.at[len(p.at)-2]
			}
			free := p.schema.Type.Is("string") && p.schema.Pattern == "" && p.schema.Format == "" && len(p.schema.Enum) == 0
			if !free || o.Audience == "webhook" || o.Spec.Deprecated || slices.Contains(severalLines, name) {
				continue
			}
			schema := o.Spec.RequestBody.Value.Content.Get("application/json").Schema.Value
			for _, value := range []string{"Ann\r\nBcc: a@example.com", "Ann\nX", "A\rB", "Ann\u2028x", "A\u0085B", "A\x1b[31m", "A\x7f", "A\vB", "A\u202eB"} {
				asked++
				a := s.Send(testkit.Request{
					As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Header: s.named(o), Body: encoded(t, with(body, schema, p.at, value)),
				})
				lookedUp := strings.Contains(o.Path, "/auth/") && a.Status/100 == 4 // such a text names nobody
				if a.Status != http.StatusUnprocessableEntity && !lookedUp {
					t.Errorf("%s with %q for %s: status %d: %s", o, value, p.name(), a.Status, fmt.Sprintf("%.120s", a.Body))
					break
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d requests were made", asked)
	}
}
