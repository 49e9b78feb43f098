package world_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

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

// A place is where a request names something by id.
type place struct{ in, name string }

func places(o world.Operation) []place {
	var found []place
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if isID(p.Name) && (p.In == "path" || p.In == "query") {
			found = append(found, place{p.In, p.Name})
		}
	}
	names := map[string]bool{}
	members(sample(o, nil), names)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		found = append(found, place{"body", name})
	}
	return found
}

func isID(name string) bool {
	return strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") || sameAs[name] != ""
}

// members collects the names of ids anywhere in a body.
func members(value any, names map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if _, nested := inner.(map[string]any); !nested && isID(name) {
				names[name] = true
			}
			members(inner, names)
		}
	case []any:
		for _, inner := range value {
			members(inner, names)
		}
	}
}

// ask makes the documented request with all of our own ids but one.
func (s *sweep) ask(o world.Operation, p place, value string) testkit.Answer {
	ids := maps.Clone(s.mine.ids)
	inPath, inBody := maps.Clone(ids), maps.Clone(ids)
	query := ""
	switch p.in {
	case "path":
		inPath[p.name] = value
	case "query":
		query = "?" + p.name + "=" + value + requiredQuery(o, p.name, ids)
	case "body":
		inBody[p.name] = value
	}
	if p.in != "query" {
		query = strings.Replace(requiredQuery(o, "", ids), "&", "?", 1)
	}
	return s.Send(testkit.Request{
		As: s.token(o), Method: o.Method, Path: path(o, inPath) + query, Body: orNil(sample(o, inBody)),
	})
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
