package storm_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"reserva/internal/testkit"
)

// checkTime bounds the search for an order, which is quick as long as not too many
// ask about one page at once, and may take for ever where there is none.
const checkTime = 20 * time.Second

// history is what callers asked and were told, and when.
type history struct {
	s     *shop
	wish  func(c *caller) []leg // what is booked
	first int                   // day of the first page
	pages int
	began time.Time

	// mayDie is set where a server's failure is no answer, because it was about to be
	// killed.
	mayDie bool

	mu         sync.Mutex
	operations []porcupine.Operation
	unanswered []unknown
	told       map[string]string // what callers know of appointments: by id, the status
}

// unknown is an operation whose answer was lost: it may have happened or not.
type unknown struct {
	porcupine.Operation
	appointment string         // of a cancellation
	note        string         // of a booking
	again       func() outcome // asks for the booking once more
	happened    bool
}

// mine is an appointment that a caller was told of.
type mine struct {
	id   string
	page int
	legs []leg
}

func newHistory(s *shop, pages int) *history {
	return &history{s: s, wish: (*caller).anything, first: pageDays, pages: pages, began: time.Now(), told: map[string]string{}}
}

// The services of the model.
const (
	haircut = 1 + iota
	colouring
	yogaClass
	pilatesClass
	facial
)

func (h *history) service(l leg) *testkit.Service {
	return []*testkit.Service{
		haircut: h.s.trim, colouring: h.s.dye, yogaClass: h.s.yoga, pilatesClass: h.s.pilates, facial: h.s.facial,
	}[l.service]
}

// members are those who give the services of the model: few, so that there are more
// who want them.
const members = 3

func theRules() rules {
	return rules{
		members:  members,
		capacity: []int{haircut: 1, colouring: 1, yogaClass: yogaSeats, pilatesClass: pilatesSeats, facial: 1},
		gives:    []int{haircut: members, colouring: members, yogaClass: 2, pilatesClass: 2, facial: members},
		rooms:    rooms,
	}
}

// Pages lie one after another, five in a day.
func (h *history) day(page int) string { return h.s.Day(h.first + page/5) }
func clock(page, hour int) string      { return fmt.Sprintf("%02d:00", 9+page%5*hours+hour) }

// caller is one of those who ask at once.
type caller struct {
	*history
	i      int
	random *rand.Rand
	booked []mine
	// gone is set once a request of the caller was not answered.
	gone bool
}

func (h *history) caller(i int) *caller {
	return &caller{history: h, i: i, random: rand.New(rand.NewPCG(uint64(h.first), uint64(i)))}
}

// act asks for something at random.
func (c *caller) act() {
	switch n := c.random.IntN(10); {
	case n < 2:
		c.look(c.random.IntN(c.pages))
	case n < 6 && len(c.booked) > 0:
		c.cancel(c.random.IntN(len(c.booked)))
	default:
		c.book(c.random.IntN(c.pages), c.wish(c))
	}
}

// member is somebody or, as a rule, anybody.
func (c *caller) member() int { return max(c.random.IntN(members+2)-2, -1) }

// anything is one service or two, by anybody or somebody.
func (c *caller) anything() []leg {
	switch hour := c.random.IntN(hours); c.random.IntN(6) {
	case 0, 1:
		return c.single()
	case 2:
		return []leg{{yogaClass, -1, hour}}
	case 3:
		return c.backToBack()
	case 4:
		return c.inARoom()
	default:
		return []leg{{colouring, c.member(), 0}, {yogaClass, c.random.IntN(3) - 1, 1}}
	}
}

func (c *caller) single() []leg { return []leg{{haircut, c.member(), c.random.IntN(hours)}} }
func (c *caller) backToBack() []leg {
	return []leg{{haircut, c.member(), 0}, {colouring, c.member(), 1}}
}

// inAGroup wants a class alone, or after something else.
func (c *caller) inAGroup() []leg {
	class := leg{pilatesClass, c.random.IntN(3) - 1, c.random.IntN(hours)}
	if class.hour == 1 && c.random.IntN(3) == 0 {
		return []leg{{haircut, c.member(), 0}, class}
	}
	return []leg{class}
}

// inARoom wants a room beside the member, as do most; some take a member away.
func (c *caller) inARoom() []leg {
	switch c.random.IntN(4) {
	case 0:
		return c.single()
	case 1:
		return []leg{{facial, c.member(), 0}, {facial, c.member(), 1}}
	default:
		return []leg{{facial, c.member(), c.random.IntN(hours)}}
	}
}

func (c *caller) book(page int, legs []leg) {
	var lines []testkit.Object
	for _, l := range legs {
		lines = append(lines, c.s.line(c.service(l), l.member))
	}
	note := fmt.Sprintf("caller-%d-%x", c.i, c.random.Uint64())
	ask := func() outcome { return c.s.book(c.i, c.day(page), clock(page, legs[0].hour), note, lines...) }
	call := c.now()
	o := ask()
	in := request{kind: book, page: page, legs: legs}
	switch {
	case o.Status == http.StatusCreated && o.State == "confirmed" && len(o.Lines) == len(legs):
		legs := c.chosen(legs, o)
		c.record(call, in, reply{legs: legs}, o)
		c.booked = append(c.booked, mine{o.ID, page, legs})
	case o.lost():
		c.record(call, in, reply{refused: true}, o)
	case o.Status == http.StatusConflict && o.Code == "appointment.already_booked":
		// The caller is in that class already: nothing was asked of the book.
	default:
		c.failed(o, unknown{Operation: c.operation(call, in, reply{}), note: note, again: ask})
	}
}

// chosen are the legs with the members that the server chose.
func (h *history) chosen(legs []leg, o outcome) []leg {
	legs = slices.Clone(legs)
	for i := range legs {
		legs[i].member = h.s.member(o.Lines[i].Staff)
	}
	return legs
}

func (c *caller) cancel(n int) {
	was := c.booked[n]
	c.booked = slices.Delete(c.booked, n, n+1)
	call := c.now()
	o := c.s.cancel(c.i, was.id)
	in := request{kind: cancel, page: was.page, legs: was.legs}
	if o.Status == http.StatusOK && o.State == "cancelled" {
		c.record(call, in, reply{}, o)
		return
	}
	c.failed(o, unknown{Operation: c.operation(call, in, reply{}), appointment: was.id})
}

// look reads how many are free for a haircut.
func (c *caller) look(page int) {
	door := c.s.doors[c.i%len(c.s.doors)]
	call := c.now()
	answer := door.Send(testkit.Request{
		As: c.s.tenant.Admin, Method: http.MethodGet, Path: fmt.Sprintf(
			"/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=60",
			c.s.trim.ID, c.s.outlet.ID, c.day(page)),
	})
	if answer.Status != http.StatusOK {
		c.failed(outcomeOf(answer), unknown{})
		return
	}
	var out reply
	var grid struct {
		Days map[string][]struct {
			Start string `json:"start_time"`
			Free  int    `json:"available_capacity"`
		} `json:"availability_grid"`
	}
	answer.Into(&grid)
	for _, slot := range grid.Days[c.day(page)] {
		for hour := range hours {
			if slot.Start == clock(page, hour) {
				out.free[hour] = slot.Free
			}
		}
	}
	c.record(call, request{kind: look, page: page}, out, outcome{})
}

// failed notes a request that was not answered, and fails the test for an answer
// that should not be.
func (c *caller) failed(o outcome, u unknown) {
	lost := o.Status == unanswered || c.mayDie && o.Status >= http.StatusInternalServerError
	if !lost {
		c.s.Errorf("caller %d: %s", c.i, o)
		return
	}
	c.gone = true
	if u.note == "" && u.appointment == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.told, u.appointment)
	c.history.unanswered = append(c.history.unanswered, u)
}

func (h *history) now() int64 { return time.Since(h.began).Nanoseconds() }

func (c *caller) operation(call int64, in request, out reply) porcupine.Operation {
	return porcupine.Operation{ClientId: c.i, Input: in, Output: out, Call: call, Return: c.now()}
}

func (c *caller) record(call int64, in request, out reply, o outcome) {
	operation := c.operation(call, in, out)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.operations = append(c.operations, operation)
	if o.ID != "" {
		c.told[o.ID] = o.State
	}
}

// check looks for an order in which the answers make sense.
func (h *history) check(t *testing.T) {
	t.Helper()
	counts := map[string]int{}
	for _, operation := range h.operations {
		in, out := operation.Input.(request), operation.Output.(reply)
		counts[map[kind]string{book: "booked", cancel: "cancelled", look: "looked"}[in.kind]+map[bool]string{true: " (refused)"}[out.refused]]++
	}
	t.Logf("history: %v", counts)
	if counts["booked"] == 0 || counts["booked (refused)"] == 0 || counts["cancelled"] == 0 {
		t.Error("the history is too dull to show anything")
	}
	result := porcupine.CheckOperationsTimeout(theRules().model(), h.operations, checkTime)
	if result != porcupine.Ok {
		t.Errorf("the answers fit no order: %s", result)
		h.explain(t)
	}
}

// explain tells the pages whose answers make no sense.
func (h *history) explain(t *testing.T) {
	t.Helper()
	model := theRules().model()
	for _, one := range model.Partition(h.operations) {
		if porcupine.CheckOperationsTimeout(model, one, checkTime) == porcupine.Ok {
			continue
		}
		for _, operation := range sortedByCall(one) {
			t.Logf("%8d to %8d µs, caller %2d: %s", operation.Call/1000, operation.Return/1000, operation.ClientId,
				model.DescribeOperation(operation.Input, operation.Output))
		}
	}
}

func sortedByCall(operations []porcupine.Operation) []porcupine.Operation {
	return slices.SortedFunc(slices.Values(operations), func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
}

// storm lets so many callers ask so often.
func (h *history) storm(callers, times int) {
	atOnce(callers, func(i int) {
		c := h.caller(i)
		for range times {
			c.act()
		}
	})
}

// stormPages lets everybody book, cancel and look here and there: bookings of one kind
// at a time, and then of all of them.
func stormPages(t *testing.T, s *shop) {
	const pages = 8
	for i, kind := range []struct {
		name string
		wish func(c *caller) []leg
	}{
		{"single", (*caller).single},
		{"back to back", (*caller).backToBack},
		{"in a group", (*caller).inAGroup},
		{"in a room", (*caller).inARoom},
		{"anything", (*caller).anything},
	} {
		t.Run(kind.name, func(t *testing.T) {
			h := newHistory(s.in(t), pages)
			h.wish, h.first = kind.wish, pageDays+i*daysOfPages
			h.storm(rivals, 10)
			h.check(t)
		})
	}
}
