package demo

import (
	"slices"
	"time"

	"reserva/internal/kit/civil"
)

// visit is an appointment as it is planned, and what becomes of it.
type visit struct {
	b        *business
	place    *place
	worker   *worker
	offer    *offer
	day      int // from today
	start    civil.Clock
	customer *person // nil for a guest
	channel  channel
	booked   time.Time
	fate     fate
	pays     string // how; paper for a payment page

	id    string
	total string
}

// channel is who books.
type channel int

const (
	byDesk channel = iota
	byWalkIn
	byCustomer
	byGuest
)

// fate is how a visit ends, if its time has come.
type fate int

const (
	completed fate = iota
	missed
	cancelledByDesk
	cancelledByCustomer
	abandoned // never paid, or never confirmed
	running   // begun, and not ended
)

const paper = "paper"

func (v *visit) starts() time.Time { return v.b.at(v.day, v.start) }
func (v *visit) ends() time.Time {
	return v.starts().Add(time.Duration(v.offer.length()) * time.Minute)
}

// plan fills the diaries of a business, day by day, and has the visits booked.
func (f *filler) plan(b *business) []*visit {
	var visits []*visit
	for day := -f.days; day <= f.days; day++ {
		for _, w := range b.workers {
			if w.works(b.today.AddDays(day), b.today) {
				visits = append(visits, f.planDay(b, w, day)...)
			}
		}
	}
	f.leaveRunning(b, visits)
	for _, v := range visits {
		f.line.at(v.booked, v.book(f))
	}
	return visits
}

// planDay puts visits into a staff member's day, around the lunch break and the
// class. Days to come are the emptier the further away they are.
func (f *filler) planDay(b *business, w *worker, day int) []*visit {
	busy := b.spec.busy
	if day > 0 {
		busy *= 1 - 0.8*float64(day)/float64(f.days+1)
	}
	var visits []*visit
	taken := []span{{w.lunch, w.lunch + 60}}
	if class, at := w.class(b.today.AddDays(day).Weekday()); class != nil {
		taken = append(taken, span{at, at + civil.Clock(class.length())})
		visits = f.planClass(b, w, class, day, at)
	}
	for at := w.place.opens; at < w.place.closes; {
		chosen := w.offers[b.random.IntN(len(w.offers))]
		wanted := b.random.Float64() < busy
		whole := span{at, at + civil.Clock(chosen.length())}
		if !wanted || chosen.spec.seats > 0 || whole.to > w.place.closes || slices.ContainsFunc(taken, whole.overlaps) {
			at += 30
			continue
		}
		visits = append(visits, f.planVisit(b, w, chosen, day, at))
		at = whole.to + civil.Clock(5*(1+b.random.IntN(3)))
	}
	return slices.DeleteFunc(visits, func(v *visit) bool { return v == nil })
}

type span struct{ from, to civil.Clock }

func (s span) overlaps(o span) bool { return s.from < o.to && o.from < s.to }

// class is the one that a staff member gives on a day of the week.
func (w *worker) class(weekday int) (*offer, civil.Clock) {
	for _, o := range w.offers {
		if slices.Contains(o.spec.days, weekday) {
			at, err := civil.ParseClock(o.spec.at)
			if err == nil {
				return o, at
			}
		}
	}
	return nil, 0
}

// planClass has some customers take part, each once.
func (f *filler) planClass(b *business, w *worker, class *offer, day int, at civil.Clock) []*visit {
	var visits []*visit
	there := map[*person]bool{nil: true}
	for range 2 + b.random.IntN(class.spec.seats-2) {
		v := f.planVisit(b, w, class, day, at)
		if v == nil || there[v.customer] {
			continue
		}
		there[v.customer] = true
		visits = append(visits, v)
	}
	return visits
}

const (
	// furthest is how far ahead customers and guests book.
	furthest = 25
	// raster is the distance of the starts that are offered to guests.
	raster = 30
)

// planVisit decides who books, when, and what becomes of it; nil if nobody could.
func (f *filler) planVisit(b *business, w *worker, o *offer, day int, at civil.Clock) *visit {
	v := &visit{b: b, place: w.place, worker: w, offer: o, day: day, start: at}
	ahead := 1 + b.random.IntN(14)
	if day > 0 {
		ahead = day + 1 + b.random.IntN(6)
	}
	minute := civil.Clock(9*60 + b.random.IntN(9*60))
	chance, who, end := b.random.IntN(100), b.random.IntN(1<<20), b.random.IntN(100)
	v.pays = b.spec.payments[b.random.IntN(len(b.spec.payments))]
	v.channel = byDesk
	switch {
	case chance < 12 && day < 0:
		v.channel = byWalkIn
	case chance < 34 && ahead <= furthest:
		v.channel = byCustomer
	case chance < 58 && ahead <= furthest && o.spec.seats == 0 && (at-w.place.opens)%raster == 0:
		v.channel = byGuest
	}
	v.booked = b.at(max(day-ahead, -f.days-1), minute)
	if v.channel == byWalkIn {
		v.booked = v.starts().Add(-2 * time.Minute)
	}
	v.decide(end)
	if v.channel == byGuest {
		return v
	}
	if v.customer = b.pick(v.booked, who, v.channel == byCustomer); v.customer == nil {
		return nil
	}
	return v
}

// pick is one of the customers who had come by then.
func (b *business) pick(by time.Time, who int, account bool) *person {
	var known []*person
	for _, p := range b.customers {
		if p.joined.Before(by) && (p.account || !account) {
			known = append(known, p)
		}
	}
	if len(known) == 0 {
		return nil
	}
	return known[who%len(known)]
}

// latestCancel is a little more than the notice that outlets ask for.
const latestCancel = 26 * time.Hour

// decide chooses the end of a visit, by chance of a hundred.
func (v *visit) decide(chance int) {
	switch {
	case chance < 76 || v.channel == byWalkIn:
		v.fate = completed
	case chance < 84:
		v.fate = missed
	case chance < 92:
		v.fate = cancelledByDesk
	case v.channel == byCustomer && v.starts().Sub(v.booked) < latestCancel:
		v.fate = cancelledByDesk
	case v.channel == byCustomer && (chance < 96 || !v.b.spec.upfront):
		v.fate = cancelledByCustomer
	case v.channel == byCustomer || v.channel == byGuest:
		v.fate = abandoned
	}
	if v.b.spec.upfront && (v.channel == byCustomer || v.channel == byDesk && chance%4 == 0) {
		v.pays = paper
	}
}

// leaveRunning forgets to end the last visit of yesterday at each place.
func (f *filler) leaveRunning(b *business, visits []*visit) {
	last := map[*place]*visit{}
	for _, v := range visits {
		if v.day < 0 && v.channel == byDesk && v.offer.spec.seats == 0 && (last[v.place] == nil || !v.starts().Before(last[v.place].starts())) {
			last[v.place] = v
		}
	}
	for _, p := range b.places {
		if v := last[p]; v != nil {
			v.fate = running
		}
	}
}
