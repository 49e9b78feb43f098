package world_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// The monkey sends documented requests with a few things changed, always the same
// ones. Whatever it does, an answer is one that is documented, and never a failure.
func TestMonkey(t *testing.T) {
	t.Parallel()
	const requests = 700
	s := newSweep(t)
	s.theirs = newShop(s.World)
	for name, value := range map[string]string{
		"appointment_date": s.Day(3), "bookingDate": s.Day(3), "tenant_slug": s.mine.Slug, "slug": s.mine.Slug,
	} {
		s.mine.ids[name] = value
	}
	m := &monkey{sweep: s, Rand: rand.New(rand.NewPCG(2026, 3)), byStatus: map[int]int{}}
	operations := slices.DeleteFunc(slices.Clone(s.Operations), func(o world.Operation) bool {
		// Not those that would leave it nothing to play with.
		return strings.Contains(o.Path, "logout") || strings.Contains(o.Path, "password") ||
			o.Method == http.MethodDelete && !strings.Contains(o.Path, "appointments") && !strings.Contains(o.Path, "hours")
	})
	for range requests {
		m.send(operations[m.IntN(len(operations))])
	}
	s.RunJobs()
	if m.byStatus[2] < requests/20 || m.byStatus[4] < requests/4 {
		t.Errorf("answers by status: %v", m.byStatus)
	}
	if a := s.Send(testkit.Request{Method: "GET", Path: "//readyz"}); a.Status != http.StatusOK {
		t.Errorf("the server is not ready: %d %s", a.Status, a.Body)
	}
}

type monkey struct {
	*sweep
	*rand.Rand
	byStatus map[int]int
}

// send makes one request that was tampered with, and looks at the answer, as the World
// does by itself.
func (m *monkey) send(o world.Operation) {
	m.Helper()
	ids := maps.Clone(m.mine.ids)
	if m.IntN(4) == 0 {
		name := m.any(slices.Sorted(maps.Keys(ids)))
		ids[name] = m.any([]string{m.theirs.ids[name], m.mine.ids[m.any(slices.Sorted(maps.Keys(ids)))], "000000000000000000000000", "nonsense"})
	}
	r := testkit.Request{As: m.token(o), Method: o.Method, Path: path(o, ids) + query(o, ids), Header: m.named(o)}
	if m.IntN(3) == 0 {
		r.Path += m.extraQuery(o, strings.Contains(r.Path, "?"))
	}
	if body := sample(o, ids); body != nil {
		r.Body = m.tamper(body)
	}
	a := m.Send(r)
	m.byStatus[a.Status/100]++
	switch {
	case a.Status >= 500:
		m.Errorf("%s %s: %d %s\n%s", r.Method, r.Path, a.Status, a.Body, r.Body)
	case a.Status >= 400:
		if wrong := shape(o, a); wrong != "" {
			m.Errorf("%s %s: %s: %d %s\n%s", r.Method, r.Path, wrong, a.Status, a.Body, r.Body)
		}
	}
}

func (m *monkey) any(of []string) string { return of[m.IntN(len(of))] }

// tamper changes a body in up to three places, and sometimes a byte of its text.
func (m *monkey) tamper(body any) string {
	m.Helper()
	for range m.IntN(4) {
		body = m.change(body)
	}
	var out strings.Builder
	write(m.TB, &out, body)
	text := out.String()
	if m.IntN(12) == 0 {
		at := m.IntN(len(text))
		text = text[:at] + string([]byte{byte(m.IntN(256))}) + text[at+m.IntN(2):]
	}
	return text
}

// change replaces, removes or doubles something in the value.
func (m *monkey) change(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if len(value) == 0 {
			return m.value()
		}
		out := maps.Clone(value)
		name := m.any(slices.Sorted(maps.Keys(out)))
		switch m.IntN(8) {
		case 0:
			delete(out, name)
		case 1:
			out[name] = out[m.any(slices.Sorted(maps.Keys(out)))]
		default:
			out[name] = m.change(out[name])
		}
		return out
	case []any:
		switch m.IntN(4) {
		case 0:
			return append(slices.Clone(value), value...)
		case 1:
			return value[:len(value)/2]
		}
		if len(value) == 0 {
			return []any{m.value()}
		}
		out := slices.Clone(value)
		at := m.IntN(len(out))
		out[at] = m.change(out[at])
		return out
	default:
		return m.value()
	}
}

// monkeyValues are such as people and programs send by mistake.
var monkeyValues = []any{
	nil, true, false, 0, -1, 1, 60, 1e9, 0.5, 1e15, "1900-01-01", "2199-12-31", json.RawMessage("9223372036854775807"), "92233720368547758.07", "24:00",
	"2026-03-03", "2026-03-04", "11:00", "12:30", 2, 3, 7, 30, 100, json.RawMessage("1e30"), json.RawMessage("-0"), json.RawMessage("9007199254740993"),
	"", " ", "x", "-", "0", "null", "2026-03-05", "2026-02-30", "2026-03-05T10:00:00Z", "10:00", "23:55", "24:00", "00:00", "1.005", "-5", "IDR", "XXX", "ID",
	"Asia/Jakarta", "Mars/Olympus", "+628123456789", "08123456789", "amelia@example.com", "no mail", "https://example.com/a?b=c", "javascript:alert(1)",
	"weekly", "daily", "none", "cash", "confirmed", "cancelled", "active", "<b>x</b>", "' OR 1=1 --", "é\u0301\u202e", "💇", strings.Repeat("long ", 60),
	[]any{}, []any{nil}, []any{"x", "x"}, []any{0, 6, 7}, map[string]any{}, map[string]any{"": ""}, map[string]any{"id": 1},
}

func (m *monkey) value() any {
	if m.IntN(5) == 0 {
		return m.mine.ids[m.any(slices.Sorted(maps.Keys(m.mine.ids)))]
	}
	return monkeyValues[m.IntN(len(monkeyValues))]
}

// extraQuery sets some of the documented parameters to anything.
func (m *monkey) extraQuery(o world.Operation, more bool) string {
	values := url.Values{}
	for _, parameter := range o.Spec.Parameters {
		if p := parameter.Value; p.In == "query" && m.IntN(2) == 0 {
			text, ok := m.value().(string)
			if !ok {
				text = m.any([]string{"1", "0", "-1", "100", "true", "asc", "pending", "2026-03-05", "10:00"})
			}
			values.Set(p.Name, text)
		}
	}
	separator := "?"
	if more {
		separator = "&"
	}
	return separator + values.Encode()
}
