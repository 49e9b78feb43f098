package proof_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// most is how many diaries share a server and its database at most, which so stay small
// however many there are in all.
const most = 250

// Each start that is offered can be booked, and each other start of the day is
// refused.
func TestDiaries(t *testing.T) {
	t.Parallel()
	first, n := option(t, "seed"), option(t, "diaries")
	together := min(most, n/2+n%2)
	var done atomic.Uint64
	var sum tried
	began := time.Now()
	t.Run("servers", func(t *testing.T) {
		all := t
		for from := uint64(0); from < n; from += together {
			t.Run(fmt.Sprint(first+from), func(t *testing.T) {
				t.Parallel()
				if all.Failed() {
					return
				}
				w := world.New(t)
				for i := from; i < min(from+together, n) && !all.Failed(); i++ {
					d := newDiary(w, first+i)
					d.open()
					yes, no := d.probe(isSet("every"))
					sum.add(d, yes, no)
				}
				t.Logf("%d diaries after %s", done.Add(min(together, n-from)), time.Since(began).Round(time.Second))
			})
		}
	})
	t.Logf("%d diaries from seed %d: offered starts that were booked, and others that were refused: %s", n, first, &sum)
	if dull := sum.dull(n); n >= fewDiaries && len(dull) > 0 {
		t.Errorf("the diaries are too dull to show anything of %q", dull)
	}
}

// tried counts what was tried, in all and by what was special about the diaries.
type tried struct {
	mu   sync.Mutex
	rows map[string]*[2]uint64 // booked, refused
}

const inAll = "in all"

func (t *tried) add(d *diary, booked, refused uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[string]*[2]uint64{}
	}
	for _, trait := range append(d.traits(), inAll) {
		if t.rows[trait] == nil {
			t.rows[trait] = &[2]uint64{}
		}
		t.rows[trait][0] += booked
		t.rows[trait][1] += refused
	}
}

// dull are the traits of which nothing was booked, or nothing refused. Only Lord Howe
// Island changes its clock by half an hour, and does not come by among a few diaries.
func (t *tried) dull(diaries uint64) (dull []string) {
	traits := []string{
		inAll, "for the desk", "for customers", "for guests", "a shorter day", "a longer day", "an offset of no whole hours", "a change at midnight",
		"back to back", "by somebody named", "an outlet in another zone", "processing time", "resources", "seats", "two at once", "nobody needed", "notice",
	}
	if diaries >= 4*fewDiaries {
		traits = append(traits, "half an hour's change")
	}
	for _, trait := range traits {
		if row := t.rows[trait]; row == nil || row[0] == 0 || row[1] == 0 {
			dull = append(dull, trait)
		}
	}
	return dull
}

func (t *tried) String() string {
	var lines strings.Builder
	for _, trait := range slices.Sorted(maps.Keys(t.rows)) {
		fmt.Fprintf(&lines, "\n%8d %8d %s", t.rows[trait][0], t.rows[trait][1], trait)
	}
	return lines.String()
}

// steps of the wall on which appointments may begin.
const (
	step  = 5
	steps = 24 * 60 / step
)

// probe tries to book the day's starts, every one or only those where an offered
// stretch begins or ends and some more. What it books it cancels again, so that the
// diary stays as it is.
func (d *diary) probe(every bool) (booked, refused uint64) {
	d.Helper()
	offers, ok := d.offers()
	if !ok {
		return 0, 0
	}
	for _, at := range keys(offers) {
		if at%step != 0 || at < 0 || at >= 24*60 {
			d.fail("%s is offered, and no appointment may begin then", at)
		}
	}
	for i := range steps {
		at := civil.Clock(i * step)
		edge := i == 0 || offers[at] != offers[at-step] || i+1 < steps && offers[at] != offers[at+step]
		if !every && !edge && !d.oneIn(20) {
			continue
		}
		answer := d.try(at)
		if answer.Status == http.StatusCreated && offers[at] {
			booked++
			d.giveBack(answer)
			continue
		}
		if refusal := answer.Status == http.StatusBadRequest || answer.Status == http.StatusConflict || answer.Status == http.StatusUnprocessableEntity; !refusal || offers[at] {
			d.fail("%s at %s, offered %v: %d %s", d.date, at, offers[at], answer.Status, answer.Body)
			return booked, refused
		}
		refused++
	}
	if again, _ := d.offers(); !sameOffers(offers, again) {
		d.fail("what was booked and given back has changed what is offered")
	}
	return booked, refused
}

// offers reads the starts that the server offers on the day; not ok where it offers
// none for a reason that is not of the day, and then it must not book either.
func (d *diary) offers() (offers map[civil.Clock]bool, ok bool) {
	d.Helper()
	query := url.Values{"outlet_id": {string(d.outlets[0].ID)}}
	for _, s := range d.asked {
		query.Add("service_id", string(s.ID))
	}
	if d.wanted != "" {
		query.Set("staff_id", string(d.wanted))
	}
	offers = map[civil.Clock]bool{}
	if len(d.asked) > 1 {
		query.Set("date", d.date.String())
		answer := d.Send(testkit.Request{As: d.customer.Token, Method: "GET", Path: "/customer/booking/available-slots?" + query.Encode()})
		if answer.Status == http.StatusOK {
			var page struct {
				Slots []struct {
					Start civil.Clock `json:"start_time"`
				} `json:"slots"`
			}
			answer.Into(&page)
			for _, s := range page.Slots {
				if offers[s.Start] {
					d.fail("%s is offered twice", s.Start)
				}
				offers[s.Start] = true
			}
		}
		return offers, d.offered(answer)
	}
	query.Set("start_date", d.date.String())
	query.Set("num_days", "1")
	query.Set("slot_interval_minutes", strconv.Itoa(d.interval))
	ask := testkit.Request{As: d.tenant.Admin, Method: "GET", Path: "/availability/availability-grid?" + query.Encode()}
	if d.online {
		ask.As, ask.Path = d.customer.Token, "/customer/booking/availability-grid?"+query.Encode()
	}
	if d.guest {
		ask.As, ask.Path = "", "/public/availability/grid?"+query.Encode()
	}
	answer := d.Send(ask)
	if answer.Status == http.StatusOK {
		var grid struct {
			Days map[string][]struct {
				Start     civil.Clock `json:"start_time"`
				Available bool        `json:"is_available"`
			} `json:"availability_grid"`
		}
		answer.Into(&grid)
		for _, s := range grid.Days[d.date.String()] {
			if s.Available && !(d.guest && d.beyond) {
				if offers[s.Start] {
					d.fail("%s is offered twice", s.Start)
				}
				offers[s.Start] = true
			}
		}
	}
	return offers, d.offered(answer)
}

// offered tells whether the server answered with offers. Where it refused to, a
// booking has to be refused as well.
func (d *diary) offered(answer testkit.Answer) bool {
	d.Helper()
	if answer.Status == http.StatusOK {
		return true
	}
	if booking := d.try(civil.Clock(d.between(0, 24*60-step, step))); booking.Status/100 != 4 || answer.Status/100 != 4 {
		d.fail("no offers (%d %s), and a booking is answered with %d %s", answer.Status, answer.Body, booking.Status, booking.Body)
	}
	return false
}

// try asks for an appointment at a time of the day.
func (d *diary) try(at civil.Clock) testkit.Answer {
	d.Helper()
	if d.guest {
		return d.tryAsGuest(at)
	}
	lines := make([]object, len(d.asked))
	for i, s := range d.asked {
		lines[i] = object{"service_id": s.ID}
		if d.wanted != "" {
			lines[i]["staff_id"] = d.wanted
		}
	}
	body := object{"outlet_id": d.outlets[0].ID, "appointment_date": d.date, "start_time": at, "services": lines}
	if d.online {
		return d.Send(testkit.Request{As: d.customer.Token, Method: "POST", Path: "/customer/booking/appointments", Body: body})
	}
	if d.customer.ID == "" {
		d.customer = d.tenant.WalkIn()
	}
	body["customer_id"] = d.customer.ID
	return d.Send(testkit.Request{As: d.tenant.Admin, Method: "POST", Path: "/appointments", Body: body})
}

// tryAsGuest asks as somebody who was never here before.
func (d *diary) tryAsGuest(at civil.Clock) testkit.Answer {
	d.Helper()
	d.guests++
	return d.Send(testkit.Request{
		Method: "POST", Path: "/bookings/type/guest", Header: object{"X-Tenant-Slug": d.tenant.Slug, "X-Branch-Slug": d.outlets[0].Slug},
		Body: object{
			"packageId": d.asked[0].ID, "bookingDate": d.date, "bookingTime": at, "firstName": "Amelia", "lastName": "Hart",
			"email": fmt.Sprintf("guest%d@%s.com", d.guests, d.tenant.Slug), "phone": "09161234567", "preferredPaymentMethod": "cash",
		},
	})
}

func (d *diary) giveBack(booked testkit.Answer) {
	d.Helper()
	made := "id"
	if d.guest {
		made = "booking._id"
	}
	d.JSON(d.tenant.Admin, "POST", "/appointments/"+booked.Text(made)+"/cancel", object{"cancellation_reason": "Only asked."})
}

func sameOffers(a, b map[civil.Clock]bool) bool {
	return len(a) == len(b) && !slices.ContainsFunc(keys(a), func(at civil.Clock) bool { return !b[at] })
}

func keys(of map[civil.Clock]bool) (all []civil.Clock) {
	for key := range of {
		all = append(all, key)
	}
	return all
}
