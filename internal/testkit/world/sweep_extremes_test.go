package world_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
)

// extremes are values at the edges of what the schema admits. Whether they make sense
// is for the operation to say; it does not fail over them.
func extremes(s *openapi3.Schema) []any {
	switch {
	case s.Type == nil && len(s.AnyOf) > 0:
		return []any{
			0, raw("0.001"), "0", "-0", raw("1e-99"), raw("9007199254740993"), "92233720368547758.07", "9223372036854775807", "9223372036854775808", raw("1e15"), raw("1e18"),
			strings.Repeat("0", 2) + "1", "1." + strings.Repeat("0", 300) + "1",
		}
	case s.Type == nil:
		return nil
	case s.Type.Is("integer"), s.Type.Is("number"):
		values := []any{raw("-9223372036854775808"), raw("9223372036854775807"), raw("2147483648"), raw("-1"), 0}
		for _, bound := range []*float64{s.Min, s.Max} {
			if bound != nil {
				values = append(values, *bound)
			}
		}
		return values
	case s.Type.Is("array"):
		if s.Items.Value.Type == nil || s.MaxItems == nil {
			return []any{[]any{}}
		}
		return []any{[]any{}, tooMany(s)[1:], []any{made(s.Items.Value), made(s.Items.Value)}}
	case s.Type.Is("string") && s.Format == "date":
		return []any{"1900-01-01", "2199-12-31", "2199-12-30", "2024-02-29"}
	case strings.Contains(s.Pattern, "24:00"):
		return []any{"00:00", "23:59", "24:00", "23:55:00"}
	case strings.Contains(s.Pattern, "T[0-9]"):
		return []any{"1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999999Z", "2026-03-02T01:00:00+23:59"}
	case s.Type.Is("string") && s.MaxLength != nil && s.Pattern == "" && len(s.Enum) == 0:
		n := int(*s.MaxLength)
		return []any{strings.Repeat("𝓦", n), strings.Repeat("%_\\", n/3), strings.Repeat("a", max(0, n-12)) + "@example.com"}
	case s.Type.Is("object") && s.AdditionalProperties.Schema != nil:
		many := map[string]any{}
		for i := range 2000 {
			many[fmt.Sprintf("%024x", i)] = made(s.AdditionalProperties.Schema.Value)
		}
		return []any{map[string]any{}, many, map[string]any{"": json.Number("1")}}
	}
	return nil
}

func TestExtremesAreNoFailures(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for name, value := range map[string]string{
		"appointment_date": s.Day(3), "bookingDate": s.Day(3), "tenant_slug": s.mine.Slug, "slug": s.mine.Slug,
	} {
		s.mine.ids[name] = value
	}
	asked := 0
	send := func(r testkit.Request, what string) {
		asked++
		if a := s.Send(r); a.Status >= 500 {
			t.Errorf("%s %s with %s: %d %s", r.Method, r.Path, what, a.Status, a.Body)
		}
	}
	for _, o := range s.Operations {
		if o.Spec.Deprecated || strings.Contains(o.Path, "logout") || strings.Contains(o.Path, "password") {
			continue
		}
		r := testkit.Request{As: s.token(o), Method: o.Method, Header: s.named(o), Body: orNil(sample(o, s.mine.ids))}
		for _, parameter := range o.Spec.Parameters {
			p := parameter.Value
			if p.In != "query" {
				continue
			}
			for _, value := range extremes(p.Schema.Value) {
				text := strings.Trim(fmt.Sprintf("%v", value), "[]")
				if number, ok := value.(json.RawMessage); ok {
					text = string(number)
				}
				r.Path = path(o, s.mine.ids) + "?" + p.Name + "=" + url.QueryEscape(text) + requiredQuery(o, p.Name, s.mine.ids)
				send(r, fmt.Sprintf("%s=%.40s", p.Name, text))
			}
		}
		r.Path = path(o, s.mine.ids) + query(o, s.mine.ids)
		body := r.Body
		for _, p := range spots(o) {
			schema := o.Spec.RequestBody.Value.Content.Get("application/json").Schema.Value
			for _, value := range extremes(p.schema) {
				r.Body = encoded(t, with(body, schema, p.at, value))
				send(r, fmt.Sprintf("%.40q for %s", fmt.Sprint(value), p.name()))
			}
		}
	}
	s.RunJobs()
	if asked < 800 {
		t.Errorf("only %d requests were made", asked)
	}
}
