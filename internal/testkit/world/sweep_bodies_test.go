package world_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"reserva/internal/testkit"
)

// A broken body is one that is wrong as a whole.
type broken struct {
	kind   string
	body   string
	status []int // that answer it; none for any of 4xx
}

// brokenBodies are made of a body that is right.
func brokenBodies(right string, limit int) []broken {
	malformed := []int{http.StatusBadRequest}
	tooLarge := []int{http.StatusRequestEntityTooLarge}
	shaped := []int{http.StatusBadRequest, http.StatusUnprocessableEntity}
	return []broken{
		{"cut in the middle", right[:len(right)/2], malformed},
		{"without its end", right[:len(right)-1], malformed},
		{"with something after its end", right + "}", malformed},
		{"twice", right + right, malformed},
		{"in Latin-1", strings.Replace(right, `{`, "{\"caf\xe9\":1,", 1), malformed},
		{"in UTF-16", "\xff\xfe{\x00}\x00", malformed},
		{"behind a byte order mark", "\ufeff" + right, malformed},
		{"nesting without end", strings.Repeat(`{"a":[`, 5000), malformed},
		{"nesting deep", `{"a":` + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + "}", malformed},
		{"a comment", "/* */" + right, malformed},
		{"with a comma too many", right[:len(right)-1] + ",}", malformed},
		{"of a form", "a=1&b=2", malformed},
		{"markup", "<x>" + mark + "</x>", malformed},
		{"a list", "[" + right + "]", shaped},
		{"a text", `"` + mark + `"`, shaped},
		{"a number", "7", shaped},
		{"true", "true", shaped},
		{"nothing but space", "  \n ", malformed},
		{"too large", right + strings.Repeat(" ", limit), tooLarge},
		{"too large a text", `{"notes":"` + strings.Repeat("x", limit) + `"}`, tooLarge},
	}
}

func TestBrokenBodiesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	for _, o := range s.Operations {
		body := sample(o, s.mine.ids)
		if body == nil {
			continue
		}
		right, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r := testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Header: s.named(o)}
		limit := 1 << 20
		if o.Audience == "guest" {
			limit = 64 << 10
		}
		for _, b := range brokenBodies(string(right), limit) {
			if o.Audience == "webhook" && b.kind == "nesting deep" {
				continue // what a provider sends is kept as it is, once it is JSON
			}
			r.Body = b.body
			a := inputs.refuse(o, r, "a body "+b.kind)
			if o.Audience != "webhook" && !slices.Contains(b.status, a.Status) {
				t.Errorf("%s with a body %s: status %d, want one of %v: %s", o, b.kind, a.Status, b.status, a.Body)
			}
		}
		if o.Spec.RequestBody.Value.Required {
			r.Body = ""
			inputs.refuse(o, r, "no body")
			r.Body = "null"
			inputs.refuse(o, r, "null for a body")
		}
		inputs.unchanged(o)
	}
	inputs.enough(1000)
}

// Bodies are JSON and say so: what a page of somebody else's may send without being
// asked is refused, and what was packed is not unpacked.
func TestBodiesOfOtherTypesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	inputs := newInputs(s)
	for _, o := range s.Operations {
		body := sample(o, s.mine.ids)
		if body == nil || !o.Spec.RequestBody.Value.Required {
			continue
		}
		right, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, header := range []testkit.Object{
			{"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "multipart/form-data; boundary=x"},
			{"Content-Type": "application/xml"}, {"Content-Type": "application/" + mark + "; charset=\"\r\n"}, {"Content-Encoding": "gzip"}, {"Content-Encoding": "br"},
		} {
			for name, value := range s.named(o) {
				header[name] = value
			}
			a := inputs.refuse(o, testkit.Request{
				As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Header: header, Body: bytes.Clone(right),
			}, "another type of body")
			if o.Audience != "webhook" && a.Status != http.StatusUnsupportedMediaType {
				t.Errorf("%s with %v: status %d: %s", o, header, a.Status, a.Body)
			}
		}
		inputs.unchanged(o)
	}
	inputs.enough(300)
}
