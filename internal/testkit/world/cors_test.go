package world_test

import (
	"slices"
	"strings"
	"testing"

	"reserva/internal/config"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Scripts of other pages may send every header that an operation documents, and
// read every one that it answers with.
func TestOtherPagesMaySendEveryDocumentedHeader(t *testing.T) {
	t.Parallel()
	const origin = "https://app.example.com"
	w := world.New(t, func(f *config.Flags) { f.CORS = origin })
	document, err := world.Describe(w.Handler)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, o := range document.Operations {
		asked := w.Send(testkit.Request{Method: "OPTIONS", Path: o.Path, Header: testkit.Object{
			"Origin": origin, "Access-Control-Request-Method": o.Method,
		}})
		if asked.Status != 204 || asked.Header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%s: preflight %d %v", o, asked.Status, asked.Header)
		}
		if !slices.Contains(strings.Split(asked.Header.Get("Access-Control-Allow-Methods"), ", "), o.Method) {
			t.Errorf("%s: its method is not allowed", o)
		}
		allowed := strings.Split(asked.Header.Get("Access-Control-Allow-Headers"), ", ")
		for _, p := range o.Spec.Parameters {
			if p.Value.In != "header" || o.Audience == "webhook" { // no browser is a provider
				continue
			}
			named++
			if !slices.ContainsFunc(allowed, func(name string) bool { return strings.EqualFold(name, p.Value.Name) }) {
				t.Errorf("%s: %s may not be sent", o, p.Value.Name)
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d headers are documented", named)
	}
}
