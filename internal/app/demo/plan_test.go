package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"reserva/internal/kit/civil"
)

// planned plans the businesses of a seed without carrying anything out.
func planned(t *testing.T, seed uint64) []*visit {
	t.Helper()
	f := &filler{days: sixWeeks, now: time.Date(2026, 4, 8, 12, 0, 0, 0, time.UTC)}
	var all []*visit
	for i, s := range businesses() {
		b, err := f.newBusiness(s, rand.New(rand.NewPCG(seed, uint64(i))))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.prepare(b); err != nil {
			t.Fatal(err)
		}
		all = append(all, f.plan(b)...)
	}
	return all
}

func TestPlansCanBeCarriedOut(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		visits := planned(t, seed)
		if len(visits) < 1000 || len(visits) > 3000 {
			t.Errorf("seed %d: %d visits", seed, len(visits))
		}
		type diary struct {
			worker *worker
			day    int
		}
		diaries := map[diary][]*visit{}
		months := map[string]int{}
		for _, v := range visits {
			at := diary{v.worker, v.day}
			diaries[at] = append(diaries[at], v)
			if v.start < v.place.opens || v.start+civil.Clock(v.offer.length()) > v.place.closes {
				t.Errorf("seed %d: %s at %s is outside of the hours of %s", seed, v.offer.spec.name, v.start, v.place.spec.name)
			}
			if !v.booked.Before(v.starts()) || v.booked.After(v.b.at(0, 0)) {
				t.Errorf("seed %d: booked at %s for %s", seed, v.booked, v.starts())
			}
			if v.b.spec.plan == "FREE" {
				months[v.booked.In(v.b.zone).Format("2006-01")]++
			}
		}
		for _, day := range diaries {
			for i, v := range day {
				clash := func(o *visit) bool {
					return span{v.start, v.start + civil.Clock(v.offer.length())}.overlaps(span{o.start, o.start + civil.Clock(o.offer.length())}) &&
						(v.offer != o.offer || v.offer.spec.seats == 0)
				}
				if slices.ContainsFunc(day[i+1:], clash) {
					t.Errorf("seed %d: %s is booked twice on day %d", seed, v.worker.first, v.day)
				}
			}
		}
		for month, n := range months {
			if n > 90 {
				t.Errorf("seed %d: %d visits in %s are too many for the FREE plan", seed, n, month)
			}
		}
	}
}

func TestPlansAreOfTheSeed(t *testing.T) {
	t.Parallel()
	texts := func(seed uint64) (out []string) {
		for _, v := range planned(t, seed) {
			out = append(out, v.worker.first+v.offer.spec.name+v.starts().String()+v.booked.String()+v.pays)
		}
		return out
	}
	if !slices.Equal(texts(7), texts(7)) {
		t.Error("two plans of one seed differ")
	}
	if slices.Equal(texts(7), texts(8)) {
		t.Error("the seed makes no difference")
	}
}

func TestTimelineGoesForward(t *testing.T) {
	t.Parallel()
	var l timeline
	var got []int
	noon := time.Date(2026, 4, 8, 12, 0, 0, 0, time.UTC)
	add := func(minute, n int) { l.at(noon.Add(time.Duration(minute)*time.Minute), note(&got, n)) }
	add(5, 3)
	add(1, 1)
	add(5, 4)
	l.at(noon.Add(2*time.Minute), func(context.Context) error {
		got = append(got, 2)
		add(9, 5)
		return nil
	})
	if err := l.run(func(_ time.Time, what event) error { return what(t.Context()) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("events happened as %v", got)
	}
}

func note(got *[]int, n int) event {
	return func(context.Context) error {
		*got = append(*got, n)
		return nil
	}
}
