package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// business is one of the four, as far as it has come.
type business struct {
	spec   spec
	zone   *time.Location
	today  civil.Date
	random *rand.Rand

	id        id.ID
	admin     login
	places    []*place
	offers    []*offer
	workers   []*worker
	customers []*person // in the order in which they came
	guests    int
}

type place struct {
	spec          placeSpec
	id            id.ID
	opens, closes civil.Clock
}

func (p *place) open(day int) bool { return !slices.Contains(p.spec.closed, day) }

type offer struct {
	spec offerSpec
	id   id.ID
}

// length is how long the staff member is taken up, the gap included.
func (o *offer) length() int { return o.spec.before + o.spec.minutes + o.spec.after }

// worker is a staff member.
type worker struct {
	first, last string
	place       *place
	offers      []*offer
	id          id.ID
	off         int         // the day of the week without work
	lunch       civil.Clock // for an hour
	away        [2]int      // days from today, of a vacation; none if equal
}

func (w *worker) works(day civil.Date, today civil.Date) bool {
	offset := day.Sub(today)
	return w.place.open(day.Weekday()) && day.Weekday() != w.off && (offset < w.away[0] || offset >= w.away[1])
}

// person is a customer.
type person struct {
	first, last, email string
	joined             time.Time
	account            bool
	id                 id.ID
	login              login
}

// at is a time on a day, counted from today, as the business's clock shows it.
func (b *business) at(day int, clock civil.Clock) time.Time {
	at, err := civil.Resolve(b.today.AddDays(day), clock, b.zone)
	if err != nil { // the clocks go forward over it
		return b.today.AddDays(day).Start(b.zone).Add(time.Duration(clock) * time.Minute)
	}
	return at
}

const (
	// openedBefore is how many days before its first visit a business registers.
	openedBefore = 3
	morning      = 8 * 60
)

// prepare invents what the specification leaves open, and has the business opened on
// the first day.
func (f *filler) prepare(b *business) error {
	for _, s := range b.spec.places {
		opens, err := civil.ParseClock(s.opens)
		if err != nil {
			return err
		}
		closes, err := civil.ParseClock(s.closes)
		if err != nil {
			return err
		}
		b.places = append(b.places, &place{spec: s, opens: opens, closes: closes})
	}
	for _, s := range b.spec.offers {
		b.offers = append(b.offers, &offer{spec: s})
	}
	for i, name := range b.spec.people {
		w := &worker{first: name[0], last: name[1], place: b.places[i%len(b.places)], off: (i*2 + 1) % 7, lunch: civil.Clock(12*60 + 30*(i%3))}
		for _, o := range b.offers {
			if o.spec.seats == 0 || i == 0 {
				w.offers = append(w.offers, o)
			}
		}
		if i == 1 && f.days > 20 {
			w.away = [2]int{12, 17}
		}
		if i == 0 {
			w.off = b.restDay()
		}
		b.workers = append(b.workers, w)
	}
	f.line.at(b.at(-f.days-openedBefore, morning), func(ctx context.Context) error { return f.open(ctx, b) })
	f.invite(b)
	return nil
}

// restDay is one on which no class is given.
func (b *business) restDay() int {
	for day := 6; ; day-- {
		if !slices.ContainsFunc(b.offers, func(o *offer) bool { return slices.Contains(o.spec.days, day) }) {
			return day
		}
	}
}

// invite lets customers come one by one, those with an account first.
func (f *filler) invite(b *business) {
	for i := range b.spec.customers {
		first := b.spec.firstNames[i%len(b.spec.firstNames)]
		last := b.spec.lastNames[(i/len(b.spec.firstNames)+i)%len(b.spec.lastNames)]
		p := &person{
			first: first, last: last, account: i < b.spec.accounts,
			email: fmt.Sprintf("%s%d@%s.example", mailbox(first, last), i+1, b.spec.slug),
		}
		day := -f.days - openedBefore + 1
		if i >= b.spec.customers/3 {
			day = -b.random.IntN(f.days) - 1
		}
		p.joined = b.at(day, civil.Clock(9*60+b.random.IntN(9*60)))
		b.customers = append(b.customers, p)
		f.line.at(p.joined, func(ctx context.Context) error { return f.join(ctx, b, p) })
	}
}

// mailbox spells names in ASCII.
func mailbox(first, last string) string {
	return strings.ReplaceAll(text.Slug(first+" "+last, 40), "-", ".")
}

// open registers the business and puts everything in place.
func (f *filler) open(ctx context.Context, b *business) error {
	var made struct {
		ID id.ID `json:"tenant_id"`
	}
	s := b.spec
	err := f.api.call(ctx, "", "POST", "/public/register", object{
		"business_name": s.name, "business_email": "hello@" + s.slug + ".example", "business_phone": s.phone, "preferred_slug": s.slug,
		"admin_email": b.adminMail(), "admin_password": password, "admin_first_name": s.admin[0], "admin_last_name": s.admin[1],
		"business_type": s.kind, "description": s.about, "website": "https://" + s.slug + ".example",
		"timezone": s.zone, "currency": s.currency, "terms_accepted": true, "privacy_accepted": true,
	}, &made)
	if err != nil {
		return err
	}
	b.id = made.ID
	if err := f.app.Plans.SetPlan(ctx, access.System{Job: "demo"}, s.slug, s.plan); err != nil {
		return err
	}
	var session tokens
	err = f.api.call(ctx, "", "POST", "/auth/login", object{"email": b.adminMail(), "password": password, "tenant_slug": s.slug}, &session)
	if err != nil {
		return err
	}
	b.admin.keep(session, f.clock.now())
	for _, step := range []func(context.Context, *business) error{f.settle, f.openPlaces, f.offer, f.hire} {
		if err := step(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (b *business) adminMail() string { return "admin@" + b.spec.slug + ".example" }

// staff is the administrator's access token, fresh.
func (f *filler) staff(ctx context.Context, b *business) (string, error) {
	return f.fresh(ctx, &b.admin, "/auth/refresh")
}

func (f *filler) fresh(ctx context.Context, l *login, path string) (string, error) {
	if f.clock.now().Before(l.until) {
		return l.access, nil
	}
	var session tokens
	if err := f.api.call(ctx, "", "POST", path, object{"refresh_token": l.refresh}, &session); err != nil {
		return "", err
	}
	l.keep(session, f.clock.now())
	return l.access, nil
}

// desk calls the API as the business's administrator.
func (f *filler) desk(ctx context.Context, b *business, method, path string, body, into any) error {
	token, err := f.staff(ctx, b)
	if err != nil {
		return err
	}
	return f.api.call(ctx, token, method, path, body, into)
}
