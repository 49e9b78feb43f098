package slots

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkUnits holds the units of an accepted start, and what a refused one lacks, against the reference.
func checkUnits(t *rapid.T, sc scene, leg *Leg, v Verdict, step int) {
	want := 0
	if v.OK && (len(v.Chosen) == 0 || v.Chosen[0].Session == "") {
		for _, need := range leg.Service.Needs {
			want += max(need.Count, 1)
		}
	}
	seen := map[int64]bool{}
	for _, key := range v.Units {
		seen[key] = true
	}
	if len(v.Units) != want || len(leg.Service.Needs) == 1 && len(seen) != want {
		t.Fatalf("%v takes the units %v, want %d", sc.day.At(step), v.Units, want)
	}
	if slices.Contains(v.Reasons, NoResource) {
		if diff := cmp.Diff(sc.ref.short(lacking(leg, v), step), v.Missing); diff != "" {
			t.Fatalf("%v misses: %s", sc.day.At(step), diff)
		}
	} else if len(v.Missing) > 0 {
		t.Fatalf("%v misses %v for the reasons %v", sc.day.At(step), v.Missing, v.Reasons)
	}
}

// lacking is the service as long as it is with the slowest who lacks nothing but resources, or with the quickest of all.
func lacking(leg *Leg, v Verdict) (of Service) {
	of = leg.Service
	if leg.together() {
		return of
	}
	for i := range leg.Members {
		if mine := leg.of(&leg.Members[i]); !mine.shapeless() && (i == 0 || of.shapeless() || mine.minutes() < of.minutes()) {
			of = mine
		}
	}
	for _, r := range v.Refusals {
		at := slices.IndexFunc(leg.Members, func(m Member) bool { return m.Key == r.Key })
		if mine := leg.of(&leg.Members[at]); slices.Contains(r.Reasons, NoResource) && mine.minutes() > of.minutes() {
			of = mine
		}
	}
	return of
}

// shapeless tells whether processing time is all of a service.
func (s Service) shapeless() bool { return len(s.BusySpans(time.Time{})) == 0 }

func checkVerdict(t *rapid.T, leg Leg, v Verdict) {
	if v.OK == (len(v.Reasons) > 0) {
		t.Fatalf("accepted %v with reasons %v", v.OK, v.Reasons)
	}
	need, _ := leg.team()
	if !v.OK && v.Chosen != nil || v.OK && len(v.Chosen) < need {
		t.Fatalf("accepted %v with a team of %d, of %d", v.OK, len(v.Chosen), need)
	}
	in := map[int64]bool{}
	for _, c := range v.Chosen {
		if in[c.Key] || c.Taken >= c.Capacity || c.Session != v.Chosen[0].Session {
			t.Fatalf("%+v does not belong into the team %+v", c, v.Chosen)
		}
		in[c.Key] = true
	}
	if need > 0 && v.OK {
		if v.Chosen[0].Session == "" && len(v.Chosen) != need {
			t.Fatalf("%d members begin a session that needs %d", len(v.Chosen), need)
		}
		for _, m := range leg.Members {
			if wanted := m.Wanted; wanted && !in[m.Key] && need > 1 {
				t.Fatalf("member %d was asked for and is not in %+v", m.Key, v.Chosen)
			}
		}
	}
	for _, r := range v.Refusals {
		if len(r.Reasons) == 0 {
			t.Fatalf("member %d is refused without a reason", r.Key)
		}
	}
}
