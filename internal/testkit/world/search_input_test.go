package world_test

import (
	"strings"
	"testing"

	"reserva/internal/testkit"
)

// What is searched for is text: the characters that SQL gives a meaning have none.
func TestSearchesAreForText(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	s.mine.ids["slug"] = s.mine.Slug
	asked := 0
	for _, o := range s.Operations {
		for _, parameter := range o.Spec.Parameters {
			p := parameter.Value
			if p.In != "query" || !strings.HasSuffix(p.Name, "search") && p.Name != "city" && p.Name != "category" && p.Name != "tags" {
				continue
			}
			for _, value := range []string{"%25", "_", "%25%25", "\\", "%25_%25", ".*", "'", "%27%20OR%201%3D1--", "%2a", "%3f"} {
				asked++
				a := s.Send(testkit.Request{
					As: s.token(o), Method: "GET", Path: path(o, s.mine.ids) + "?" + p.Name + "=" + value + requiredQuery(o, p.Name, s.mine.ids),
				})
				if a.Status != 200 || a.Len("items") != 0 {
					t.Errorf("%s with %s=%s: %d %s", o, p.Name, value, a.Status, a.Body)
				}
			}
		}
	}
	if asked < 50 {
		t.Errorf("only %d searches were made", asked)
	}
}
