package testkit

import (
	"testing"
)

// A Scenario is one call of the server and what has to come back.
type Scenario struct {
	Name   string
	As     Token
	Method string
	Path   string
	Body   any
	Header Object

	Status int
	// Want is JSON that names the members to look at, with "*" for any value that is
	// not null, or a piece of the answer's text. Empty looks at the status only.
	Want string
	// Check looks at the rest.
	Check func(t *testing.T, a Answer)
}

// Run makes the call as a subtest and returns the answer.
func (s Scenario) Run(t *testing.T, w *World) Answer {
	t.Helper()
	var answer Answer
	name := s.Name
	if name == "" {
		name = s.Method + " " + s.Path
	}
	t.Run(name, func(t *testing.T) {
		t.Helper()
		w := w.For(t)
		answer = w.Send(Request{As: s.As, Method: s.Method, Path: s.Path, Body: s.Body, Header: s.Header})
		if answer.Status != s.Status {
			t.Fatalf("%s: status %d, want %d: %s", answer.call, answer.Status, s.Status, answer.Body)
		}
		found := differences(answer.Body, s.Want)
		for _, difference := range found {
			t.Errorf("%s: %s", answer.call, difference)
		}
		if len(found) > 0 {
			t.Logf("the answer: %s", answer.Body)
		}
		if s.Check != nil {
			s.Check(t, answer)
		}
	})
	answer.t = t
	return answer
}

// Run runs the scenarios one after another.
func Run(t *testing.T, w *World, scenarios ...Scenario) {
	t.Helper()
	for _, s := range scenarios {
		s.Run(t, w)
	}
}
