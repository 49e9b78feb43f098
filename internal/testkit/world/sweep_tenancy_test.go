package world_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// An id of another tenant is answered as an id of nothing is: wherever it stands,
// with the same status and the same words.
func TestAnotherTenantsIdsAreIdsOfNothing(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	s.theirs = newShop(s.World)
	nothing := absent(s.mine.ids)
	for _, o := range s.Operations {
		if !signedIn(o) {
			continue
		}
		for _, p := range places(o) {
			name := p.name
			if s.mine.ids[name] == "" {
				t.Errorf("%s: the sweep has no %s of another tenant; add it to the shop", o, name)
				continue
			}
			foreign := s.ask(o, p, s.theirs.ids[name])
			unknown := s.ask(o, p, nothing[name])
			if foreign.Status != unknown.Status || normal(foreign) != normal(unknown) {
				t.Errorf("%s: %s in the %s of another tenant answers %d %s\nand of nothing %d %s",
					o, name, p.in, foreign.Status, foreign.Body, unknown.Status, unknown.Body)
			}
			if p.in != "query" && foreign.Status/100 == 2 {
				t.Errorf("%s: %s in the %s of another tenant is accepted: %d %s", o, name, p.in, foreign.Status, foreign.Body)
			}
			for _, leaked := range []string{s.theirs.Slug, string(s.theirs.ID)} {
				if strings.Contains(string(foreign.Body), leaked) && leaked != s.theirs.ids[name] {
					t.Errorf("%s: the answer names the other tenant: %s", o, foreign.Body)
				}
			}
		}
	}
	// And nothing of theirs has changed.
	if got := s.JSON(s.theirs.Admin, "GET", "/appointments/"+s.theirs.ids["appointment_id"], nil).Text("status"); got != "confirmed" {
		t.Errorf("the other tenant's appointment is %s", got)
	}
}

// A place is where a request names something by id; in a body, where to find it.
type place struct {
	in, name string
	at       []string
}

func places(o world.Operation) []place {
	var found []place
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if isID(p.Name) && (p.In == "path" || p.In == "query") {
			found = append(found, place{in: p.In, name: p.Name})
		}
	}
	if o.Spec.RequestBody != nil {
		if media := o.Spec.RequestBody.Value.Content.Get("application/json"); media != nil {
			found = append(found, members(media.Schema, nil)...)
		}
	}
	return found
}

// notOurs are names that end like ids and are what others call something.
var notOurs = []string{"employee_id", "client_id", "provider_payment_id", "paper_invoice_id"}

func isID(name string) bool {
	if slices.Contains(notOurs, name) {
		return false
	}
	return strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") || sameAs[name] != ""
}

// keyed members are objects with ids for keys.
const keyed = "outlet_prices"

// members finds the ids anywhere in a body's schema.
func members(schema *openapi3.SchemaRef, at []string) []place {
	if schema == nil || schema.Value == nil || len(at) > 6 {
		return nil
	}
	var found []place
	for _, name := range slices.Sorted(maps.Keys(schema.Value.Properties)) {
		inner := schema.Value.Properties[name]
		here := append(slices.Clone(at), name)
		switch {
		case isID(name):
			found = append(found, place{"body", name, here})
		case inner.Value != nil && inner.Value.Items != nil:
			found = append(found, members(inner.Value.Items, append(here, "0"))...)
		default:
			found = append(found, members(inner, here)...)
		}
	}
	for _, part := range slices.Concat(schema.Value.AllOf, schema.Value.AnyOf, schema.Value.OneOf) {
		found = append(found, members(part, at)...)
	}
	return found
}

// put sets an id in a body, in a list of its own where the member is a list.
func put(body any, at []string, value string) any {
	if len(at) == 0 {
		return value
	}
	if at[0] == "0" {
		list, _ := body.([]any)
		if len(list) == 0 {
			return []any{put(nil, at[1:], value)}
		}
		list = slices.Clone(list)
		list[0] = put(list[0], at[1:], value)
		return list
	}
	object, _ := body.(map[string]any)
	object = maps.Clone(object)
	if object == nil {
		object = map[string]any{}
	}
	switch name := at[0]; {
	case name == keyed:
		object[name] = map[string]any{value: "120000"}
	case len(at) == 1 && (strings.HasSuffix(name, "_ids") || name == "preferred_services" || name == "assigned_staff"):
		object[name] = []any{value}
	default:
		object[name] = put(object[name], at[1:], value)
	}
	return object
}

// ask makes the documented request with all of our own ids but one.
func (s *sweep) ask(o world.Operation, p place, value string) testkit.Answer {
	ids := maps.Clone(s.mine.ids)
	inPath := maps.Clone(ids)
	query := strings.Replace(requiredQuery(o, "", ids), "&", "?", 1)
	body := orNil(sample(o, ids))
	switch p.in {
	case "path":
		inPath[p.name] = value
	case "query":
		query = "?" + p.name + "=" + value + requiredQuery(o, p.name, ids)
	case "body":
		body = put(body, p.at, value)
	}
	return s.Send(testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, inPath) + query, Body: body})
}

// requiredQuery are the parameters without which nothing is looked up.
func requiredQuery(o world.Operation, except string, ids map[string]string) string {
	var query strings.Builder
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if p.In != "query" || !p.Required || p.Name == except {
			continue
		}
		value := ids[p.Name]
		if value == "" {
			value = example(p)
		}
		query.WriteString("&" + p.Name + "=" + value)
	}
	return query.String()
}

var anyID = regexp.MustCompile(`[0-9a-f]{24}`)

// normal is a body without what differs from one request to the next.
func normal(a testkit.Answer) string { return anyID.ReplaceAllString(string(a.Body), "id") }

// A malformed id in a path names nothing.
func TestMalformedIdsNameNothing(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		for _, p := range places(o) {
			if p.in != "path" || !signedIn(o) {
				continue
			}
			for _, malformed := range []string{"nonsense", "%00", "'%3B--", strings.Repeat("f", 25), "FFFFFFFFFFFFFFFFFFFFFFFF"} {
				a := s.ask(o, p, malformed)
				if a.Status/100 != 4 || o.Method == "GET" && malformed == "nonsense" && a.Status != 404 && p.name != "tenant_id" {
					t.Errorf("%s with %s %q: status %d: %s", o, p.name, malformed, a.Status, a.Body)
				}
			}
		}
	}
}
