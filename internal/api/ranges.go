package api

import (
	"reflect"
	"strings"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/opt"
)

// span is a pair of query parameters that say from when to when: date_from and
// date_to, start_date and end_date, from and to.
type span struct {
	from, to         []int // where in the input, as reflect.Value.FieldByIndex takes it
	fromName, toName string
}

// spansOf finds the pairs among the dates and moments of an input. Ranges are the
// same everywhere, so the endpoints need not know of it: one that ends before it
// begins is refused, naming its end. An empty list would hide the mistake.
func spansOf(input reflect.Type) []span {
	at := map[string][]int{}
	for _, f := range reflect.VisibleFields(input) {
		if name := f.Tag.Get("query"); name != "" && isDay(f.Type) {
			at[name] = f.Index
		}
	}
	var spans []span
	for from := range at {
		for begin, end := range map[string]string{"from": "to", "start": "end"} {
			to := strings.Replace(from, begin, end, 1)
			if there, ok := at[to]; ok && to != from {
				spans = append(spans, span{at[from], there, from, to})
			}
		}
	}
	return spans
}

// checkSpans refuses ranges that end before they begin.
func checkSpans(spans []span, in reflect.Value) error {
	var bad []fault.Field
	for _, s := range spans {
		from, to := dayOf(in.FieldByIndex(s.from)), dayOf(in.FieldByIndex(s.to))
		if !from.IsZero() && !to.IsZero() && to.Before(from) {
			bad = append(bad, fault.Field{Loc: fault.Loc("query:" + s.toName), Message: "Must not come before " + s.fromName + ".", Type: "value_error"})
		}
	}
	if bad == nil {
		return nil
	}
	return fault.ErrInvalid.WithFields(bad...)
}

func isDay(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[civil.Date](), reflect.TypeFor[DateParam](), reflect.TypeFor[opt.Field[civil.Date]](), reflect.TypeFor[Instant]():
		return true
	}
	return false
}

// dayOf is a parameter as a moment that can be compared with others of its kind; zero
// where it was not sent.
func dayOf(v reflect.Value) time.Time {
	var date civil.Date
	switch given := v.Interface().(type) {
	case Instant:
		return given.Time
	case civil.Date:
		date = given
	case DateParam:
		date = given.Date
	case opt.Field[civil.Date]:
		date = given.Value
	}
	if date.IsZero() {
		return time.Time{}
	}
	return date.Start(time.UTC)
}
