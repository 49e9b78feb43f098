package world_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// badPaths name nothing, in any place of any path.
var badPaths = []string{
	"%00", "%ff%fe", "%20", "a%0d%0aSet-Cookie:%20" + mark, "%3Cscript%3E" + mark, "'%3B%20DROP%20TABLE%20tenants%3B%20--" + mark, "..%2f..%2f" + mark,
	"%2e%2e", strings.Repeat("z", 5000), "%F0%9F%92%85" + mark, "65f1e2a0c3b4d5e6f7a8b9c0%00", "-1", "null%20",
}

func TestPathsAreChecked(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	for _, o := range s.Operations {
		body := orNil(sample(o, s.mine.ids))
		for _, parameter := range o.Spec.Parameters {
			p := parameter.Value
			if p.In != "path" || p.Name == "reference" {
				continue
			}
			for _, value := range badPaths {
				ids := maps.Clone(s.mine.ids)
				ids[p.Name] = value
				inputs.refuse(o, testkit.Request{
					As: s.token(o), Method: o.Method, Path: path(o, ids) + query(o, ids), Body: body, Header: s.named(o),
				}, fmt.Sprintf("the %s %q", p.Name, value[:min(len(value), 40)]))
			}
		}
		inputs.unchanged(o)
	}
	inputs.enough(800)
}

// query are the parameters that the operation has to have.
func query(o world.Operation, ids map[string]string) string {
	return strings.Replace(requiredQuery(o, "", ids), "&", "?", 1)
}

func TestQueriesAreChecked(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	for _, o := range s.Operations {
		r := testkit.Request{As: s.token(o), Method: o.Method, Body: orNil(sample(o, s.mine.ids)), Header: s.named(o)}
		for _, parameter := range o.Spec.Parameters {
			p := parameter.Value
			if p.In != "query" {
				continue
			}
			for _, value := range badQueries(o, p) {
				r.Path = path(o, s.mine.ids) + "?" + p.Name + "=" + url.QueryEscape(value) + requiredQuery(o, p.Name, s.mine.ids)
				what := fmt.Sprintf("%s=%q", p.Name, value[:min(len(value), 40)])
				a := inputs.refuse(o, r, what)
				if a.Status == http.StatusUnprocessableEntity && o.Audience != "guest" && !strings.Contains(string(a.Body), `["query","`+p.Name+`"`) {
					t.Errorf("%s with %s: the answer does not say where: %s", o, what, a.Body)
				}
			}
			if p.Required {
				r.Path = path(o, s.mine.ids) + strings.Replace(requiredQuery(o, p.Name, s.mine.ids), "&", "?", 1)
				inputs.refuse(o, r, "no "+p.Name)
			}
		}
		r.Path = path(o, s.mine.ids) + query(o, s.mine.ids)
		if r.Path += "&a=%zz"; !strings.Contains(r.Path, "?") {
			r.Path = strings.Replace(r.Path, "&", "?", 1)
		}
		inputs.refuse(o, r, "a query that cannot be read")
		inputs.unchanged(o)
	}
	inputs.enough(2000)
}

// badQueries are values that the parameter cannot have.
func badQueries(o world.Operation, p *openapi3.Parameter) []string {
	schema := p.Schema.Value
	values := []string{"\x00" + mark, "a\xff"}
	switch {
	case schema.Type.Is("integer"):
		values = append(values, mark, "1.5", "99999999999999999999", "1e3", "０", "0x10", "1 ")
		if schema.Min != nil {
			values = append(values, fmt.Sprint(*schema.Min-1))
		}
		if schema.Max != nil {
			values = append(values, fmt.Sprintf("%.0f", *schema.Max+1))
		}
	case schema.Type.Is("boolean"):
		values = append(values, mark, "2", "yes", "truetrue", "null")
	case schema.Type.Is("array"):
		if schema.Items.Value.Pattern != "" {
			values = append(values, mark)
		}
		values = append(values, strings.Repeat("a,", 600))
	default:
		if schema.MaxLength != nil {
			values = append(values, strings.Repeat("é", int(*schema.MaxLength)+1))
		}
		if schema.Pattern != "" || schema.Format != "" || len(schema.Enum) > 0 {
			values = append(values, mark, "<script>"+mark, "' OR 1=1 --"+mark, "a\r\nX-Evil: "+mark)
		}
		for _, b := range badStrings(schema, p.Required) {
			if text, ok := b.value.(string); ok && strings.HasPrefix(b.kind, "the ") {
				values = append(values, text)
			}
		}
		if slices.Contains([]string{"from", "to", "date_from", "date_to"}, p.Name) {
			values = append(values, "2026-02-30", "2026-13-01", mark, "2026-04-10T10:00:00+25:00",
				"9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "1899-12-31", "2200-01-01")
		}
		if slices.Contains([]string{"organizationId", "packageId", "slug", "token"}, p.Name) && o.Audience == "guest" {
			values = append(values, mark+" ", "<script>"+mark, "' OR 1=1 --", strings.Repeat("z", 5000))
		}
	}
	return values
}

func TestHeadersAreChecked(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	for _, o := range s.Operations {
		if o.Audience == "webhook" {
			continue // what a provider says beside its proof decides nothing
		}
		for _, parameter := range o.Spec.Parameters {
			p := parameter.Value
			if p.In != "header" || p.Name == "If-None-Match" {
				continue
			}
			values := []string{mark + "\xff\xfe", mark + "\x00", mark + " é", mark + "\r\nSet-Cookie: a=b", strings.Repeat("z", 3000), "'; DROP TABLE tenants; -- "}
			for _, value := range values {
				header := maps.Clone(s.named(o))
				if header == nil {
					header = testkit.Object{}
				}
				header[p.Name] = value
				inputs.refuse(o, testkit.Request{
					As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids) + query(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids)), Header: header,
				}, fmt.Sprintf("the header %s: %.40q", p.Name, value))
			}
		}
		inputs.unchanged(o)
	}
	inputs.enough(140)
}

// A caller's request id cannot forge a log line or a header, and what it says about
// itself is only text.
func TestHeadersOfEveryRequest(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for _, value := range []string{"a\r\nSet-Cookie: a=b", "a b", "é", strings.Repeat("a", 65), "<script>", "\x00", "\xff", "a=1 level=error"} {
		a := w.Send(testkit.Request{Method: "GET", Path: "/public/tenants/nobody", Header: testkit.Object{
			"X-Request-Id": value, "User-Agent": value, "X-Forwarded-For": value, "Accept-Language": value, "Origin": value, "Cookie": value, "Accept": value,
		}})
		if got := a.Header.Get("X-Request-Id"); a.Status != 404 || got == value || len(got) != 24 || a.Header.Get("Set-Cookie") != "" || a.Text("request_id") != got {
			t.Errorf("request id %q: status %d, %v %s", value, a.Status, a.Header, a.Body)
		}
	}
	for _, host := range []string{"x\x00", "<script>", "a\r\nb", strings.Repeat("a.", 300) + "localhost", "[::1", "..localhost", ".localhost", "xn--\xff.localhost"} {
		a := w.Send(testkit.Request{Method: "GET", Path: "/bookings/fully-booked-slots", Header: testkit.Object{"X-Forwarded-Host": host}})
		if a.Status/100 != 4 || strings.Contains(string(a.Body), host) {
			t.Errorf("host %q: %d %s", host, a.Status, a.Body)
		}
	}
}
