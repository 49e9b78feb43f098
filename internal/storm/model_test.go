package storm_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// The model is an appointment book. It has pages of two hours, so that Porcupine can
// look at each page by itself; bookings of two services take both hours of a page.

// kind says what a request asks for.
type kind int

const (
	book kind = iota
	cancel
	look // how many members are free for a haircut, in each hour of the page
)

// hours are on a page.
const hours = 2

// leg is a service in an hour of the page, by a member or, where negative, anybody.
type leg struct {
	service, member, hour int
}

// request is the input of an operation on a page.
type request struct {
	kind kind
	page int
	legs []leg // to book; to cancel, as they were booked
}

// reply is its output.
type reply struct {
	refused bool
	legs    []leg      // as booked: the members are known
	free    [hours]int // of a look
}

// rules are what the model knows of the services.
type rules struct {
	members  int
	capacity []int // by service
	gives    []int // by service: the first so many members
	rooms    int   // that there are for facials, each of which takes one
}

// page says of each member and hour what goes on: nothing (0), or the service and
// how many seats of it are taken. As a string it is compared and never changed.
type page string

const seatsPerService = 32 // more than any service has

func (r rules) blank() page { return page(strings.Repeat("\x00", r.members*hours)) }

func (l leg) at() int { return l.member*hours + l.hour }

// takes returns the page with a seat more at a leg, or false where there is none.
func (r rules) takes(p page, l leg) (page, bool) {
	now := int(p[l.at()])
	switch {
	case l.member >= r.gives[l.service]:
		return p, false
	case now == 0 && l.service == facial && r.facials(p, l.hour) == r.rooms:
		return p, false
	case now == 0:
		now = l.service * seatsPerService
	case now/seatsPerService != l.service || now%seatsPerService >= r.capacity[l.service]:
		return p, false
	}
	return p.with(l.at(), now+1), true
}

// facials counts those that are given in an hour.
func (r rules) facials(p page, hour int) (n int) {
	for member := range r.members {
		if int(p[leg{member: member, hour: hour}.at()])/seatsPerService == facial {
			n++
		}
	}
	return n
}

// gives back the seat of a leg.
func (r rules) leaves(p page, l leg) (page, bool) {
	now := int(p[l.at()])
	if now/seatsPerService != l.service || now%seatsPerService == 0 {
		return p, false
	}
	if now--; now%seatsPerService == 0 {
		now = 0
	}
	return p.with(l.at(), now), true
}

func (p page) with(at, value int) page {
	changed := []byte(p)
	changed[at] = byte(value)
	return page(changed)
}

// possible tells whether some member can take the leg.
func (r rules) possible(p page, l leg) bool {
	for member := range r.members {
		if l.member >= 0 && l.member != member {
			continue
		}
		if _, ok := r.takes(p, leg{l.service, member, l.hour}); ok {
			return true
		}
	}
	return false
}

func (r rules) step(p page, in request, out reply) (bool, page) {
	switch {
	case in.kind == look:
		return r.free(p) == out.free, p
	case in.kind == cancel:
		return r.all(p, in.legs, r.leaves)
	case out.refused:
		// The legs of one booking are at different hours, so each is by itself.
		return slices.ContainsFunc(in.legs, func(l leg) bool { return !r.possible(p, l) }), p
	default:
		return r.all(p, out.legs, r.takes)
	}
}

func (r rules) all(p page, legs []leg, do func(page, leg) (page, bool)) (bool, page) {
	for _, l := range legs {
		var ok bool
		if p, ok = do(p, l); !ok {
			return false, p
		}
	}
	return true, p
}

// free counts who has nothing to do.
func (r rules) free(p page) (n [hours]int) {
	for at, now := range []byte(p) {
		if now == 0 {
			n[at%hours]++
		}
	}
	return n
}

// model is what Porcupine checks histories against.
func (r rules) model() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			return parted(history, func(input any) int { return input.(request).page })
		},
		Init: func() any { return r.blank() },
		Step: func(state, input, output any) (bool, any) {
			return r.step(state.(page), input.(request), output.(reply))
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
		DescribeState:     func(state any) string { return fmt.Sprintf("%x", string(state.(page))) },
	}
}

// parted are the operations by what their input is of, each of which Porcupine can look
// at by itself.
func parted[K comparable](history []porcupine.Operation, of func(input any) K) (all [][]porcupine.Operation) {
	parts := map[K][]porcupine.Operation{}
	for _, operation := range history {
		key := of(operation.Input)
		parts[key] = append(parts[key], operation)
	}
	for _, one := range parts {
		all = append(all, one)
	}
	return all
}
