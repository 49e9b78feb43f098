package feeds

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/ical"
)

// events makes one of each run of a service: of an ordinary one it is the customer's
// line, which keeps its id wherever it is moved; of a group it is the session, whoever
// comes. Rows of one session follow one another.
func events(visits []visit, withStaff bool) []ical.Event {
	out := make([]ical.Event, 0, len(visits))
	for len(visits) > 0 {
		n := 1
		for n < len(visits) && visits[n].Session == visits[0].Session {
			n++
		}
		out = append(out, event(visits[:n], withStaff))
		visits = visits[n:]
	}
	return out
}

func event(run []visit, withStaff bool) ical.Event {
	v := &run[0]
	e := ical.Event{
		UID: string(v.Line) + ".visit@reserva", Sequence: v.Version, Stamp: v.UpdatedAt, Start: v.StartsAt, End: v.EndsAt, Zone: zone(v.Timezone),
		Summary: v.Service + " – " + initials(v.Customer), Location: v.place(), Status: ical.Confirmed, Private: true,
	}
	if v.Capacity > 1 {
		e.UID, e.Sequence = string(v.Session)+".session@reserva", 0
		e.Summary = fmt.Sprintf("%s (%d of %d)", v.Service, len(run), v.Capacity)
	}
	if withStaff && v.Staff != "" {
		e.Summary += " with " + v.Staff
	}
	pending := 0
	for i := range run {
		if run[i].Pending {
			pending++
		}
		if run[i].UpdatedAt.After(e.Stamp) {
			e.Stamp = run[i].UpdatedAt
		}
	}
	if pending == len(run) {
		e.Status = ical.Tentative
	}
	return e
}

func (v *visit) place() string {
	place := v.Outlet
	for _, part := range []string{v.Street, v.City} {
		if part != "" {
			place += ", " + part
		}
	}
	return place
}

// initials are the first letters of a name's first two words and of its last: enough to
// know whom one expects, too little to know who it is.
func initials(name string) string {
	var letters []string
	for word := range strings.FieldsSeq(name) {
		for _, r := range word {
			if unicode.IsLetter(r) {
				letters = append(letters, string(unicode.ToUpper(r))+".")
				break
			}
		}
	}
	if len(letters) > 3 {
		letters = append(letters[:2], letters[len(letters)-1])
	}
	if len(letters) == 0 {
		return "a customer"
	}
	return strings.Join(letters, " ")
}

func zone(name string) *time.Location {
	loc, err := civil.Zone(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
