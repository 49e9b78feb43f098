package storm_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// What happens on a waitlist, and what callers are told of it. What happens to an hour
// concerns its free members; what happens to a wish, whose time it is.
const (
	freed   = "freed"   // an appointment of the hour was cancelled
	taken   = "taken"   // somebody booked the hour
	refused = "refused" // somebody was told that it is full
	given   = "given"   // held for a wish
	back    = "back"    // not held for it any more

	offered   = "offered"
	accepted  = "accepted"
	declined  = "declined"
	withdrawn = "withdrawn" // with its wish, which was removed
	removed   = "removed"   // a wish that waited

	toldOpen     = "told: open"
	toldAccepted = "told: accepted"
	toldDeclined = "told: declined"
	toldRemoved  = "told: removed"
	toldNone     = "told: nothing is offered"
	toldEnded    = "told: it has ended"
)

// listed is an operation on one hour, or on one wish.
type listed struct {
	of, what    string
	appointment string // that a wish is offered
}

// wish is a state of the model: what it is, and the appointment where it has one.
type wish struct{ is, appointment string }

const waits = "waits"

// listModel is a waitlist. An hour's state is the number of its free members, a wish's
// what has become of it.
func listModel() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			return parted(history, func(input any) string { return input.(listed).of })
		},
		Init: func() any { return nil },
		Step: func(state, input, _ any) (bool, any) {
			in := input.(listed)
			switch in.what {
			case freed, taken, refused, given, back:
				free, _ := state.(int)
				return stepHour(free, in.what)
			}
			now, ok := state.(wish)
			if !ok {
				now = wish{is: waits}
			}
			return stepWish(now, in)
		},
		DescribeOperation: func(input, _ any) string { return fmt.Sprintf("%+v", input) },
		DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
	}
}

func stepHour(free int, what string) (bool, any) {
	switch what {
	case freed, back:
		return true, free + 1
	case refused:
		return free == 0, free
	default:
		return free > 0, free - 1
	}
}

func stepWish(now wish, in listed) (bool, any) {
	open := now == wish{offered, in.appointment}
	idle := now.is == waits || now.is == declined
	switch in.what {
	case offered:
		return idle, wish{offered, in.appointment}
	case accepted:
		return open, wish{accepted, in.appointment}
	case declined:
		return open, wish{is: declined}
	case withdrawn:
		return open, wish{is: removed}
	case removed:
		return idle, wish{is: removed}
	case toldOpen:
		return open, now
	case toldAccepted:
		return now == wish{accepted, in.appointment}, now
	case toldDeclined, toldRemoved:
		return in.what == "told: "+now.is, now
	case toldNone:
		return now.is != offered, now
	default: // toldEnded
		return now.is == accepted, now
	}
}

// The model refuses what must not be told.
func TestTheModelOfTheWaitlist(t *testing.T) {
	for _, c := range []struct {
		name string
		of   string
		what []string // one after another
		ok   bool
	}{
		{"a rival takes what is free", "10:00", []string{freed, taken, refused}, true},
		{"what is held is taken", "10:00", []string{freed, given, taken}, false},
		{"what is free is refused", "10:00", []string{freed, given, back, refused}, false},
		{"one time is given twice", "10:00", []string{freed, given, given}, false},
		{"an offer is accepted, twice told", "wish", []string{offered, accepted, toldAccepted, toldEnded, toldAccepted}, true},
		{"accepted and declined", "wish", []string{offered, accepted, toldDeclined}, false},
		{"told before it is so", "wish", []string{offered, toldAccepted, accepted}, false},
		{"what was declined is listed", "wish", []string{offered, toldOpen, declined, toldOpen}, false},
		{"an open offer is denied", "wish", []string{offered, toldNone}, false},
		{"the next offer", "wish", []string{offered, declined, toldDeclined, offered, withdrawn, toldRemoved, toldNone}, true},
		{"offered after it was removed", "wish", []string{removed, offered}, false},
		{"ended, and it waits", "wish", []string{toldEnded}, false},
	} {
		r := &record{}
		at := time.Now()
		for i, what := range c.what {
			r.add(listed{of: c.of, what: what}, span{call: at.Add(time.Duration(2*i) * time.Second), answer: at.Add(time.Duration(2*i+1) * time.Second)})
		}
		if ok := porcupine.CheckOperations(listModel(), r.operations); ok != c.ok {
			t.Errorf("%s: %v, want %v", c.name, ok, c.ok)
		}
	}
}
