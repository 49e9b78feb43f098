package availability

import (
	"slices"
	"sync"
	"time"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/id"
)

// occupancyRow is an occupancy as read. Times are Unix microseconds: there may be
// thousands of rows.
type occupancyRow struct {
	key      int64
	from, to int64
	session  id.ID
	lapsed   bool
}

// scratch is the working memory of a diary, kept from one to the next.
type scratch struct {
	loaded  []occupancyRow
	entries []entryRow
	// busy holds all occupancies by member and day; starts says where each pair's
	// begin.
	busy   []slots.Busy
	starts []int
	next   []int // where the next of each pair goes
}

// scratches are kept for all diaries of the process.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

func newScratch() *scratch {
	s := scratches.Get().(*scratch)
	s.loaded, s.entries, s.busy, s.starts = s.loaded[:0], s.entries[:0], s.busy[:0], s.starts[:0]
	return s
}

// release gives the working memory back. Nothing read from the diary may be used
// afterwards.
func (d *Diary) release() {
	if d.scratch != nil {
		scratches.Put(d.scratch)
		d.scratch = nil
	}
}

// sortOccupancies puts each occupancy under its member and the days it touches, in
// two passes: count, then place.
func (d *Diary) sortOccupancies() {
	s := d.scratch
	d.keepLapsed()
	bounds := make([]int64, len(d.days)+1)
	for n, day := range d.days {
		bounds[n], bounds[n+1] = day.Start().UnixMicro(), day.End().UnixMicro()
	}
	s.starts = slices.Grow(s.starts, len(d.staff)*len(d.days)+1)[:len(d.staff)*len(d.days)+1]
	clear(s.starts)
	d.eachTouched(bounds, func(cell int, _ *occupancyRow) { s.starts[cell+1]++ })
	for i := 1; i < len(s.starts); i++ {
		s.starts[i] += s.starts[i-1]
	}
	total := s.starts[len(s.starts)-1]
	s.busy = slices.Grow(s.busy, total)[:total]
	next := append(s.next[:0], s.starts...)
	s.next = next
	d.eachTouched(bounds, func(cell int, o *occupancyRow) {
		s.busy[next[cell]] = slots.Busy{Span: o.span(), Session: o.session}
		next[cell]++
	})
}

func (o *occupancyRow) span() slots.Span {
	return slots.Span{From: time.UnixMicro(o.from), To: time.UnixMicro(o.to)}
}

// eachTouched calls fn for every pair of an occupancy that counts and a cell
// (member and day) that it touches.
func (d *Diary) eachTouched(bounds []int64, fn func(cell int, o *occupancyRow)) {
	var key int64
	member, known := d.byKey[key]
	for i := range d.scratch.loaded {
		o := &d.scratch.loaded[i]
		if o.key != key { // they come by subject
			key = o.key
			member, known = d.byKey[key]
		}
		if !known || o.lapsed {
			continue
		}
		day, _ := slices.BinarySearch(bounds, o.from+1)
		for day = max(day-1, 0); day < len(d.days) && bounds[day] < o.to; day++ {
			if o.from < bounds[day+1] {
				fn(member*len(d.days)+day, o)
			}
		}
	}
}

// keepLapsed notes the holds that count no more, and forgets their sessions.
func (d *Diary) keepLapsed() {
	gone := map[id.ID]bool{}
	for i := range d.scratch.loaded {
		if o := &d.scratch.loaded[i]; o.lapsed {
			gone[o.session] = true
			d.lapsed = append(d.lapsed, Lapsed{Key: o.key, Span: o.span(), Session: o.session})
		}
	}
	if len(gone) > 0 {
		d.runs = slices.DeleteFunc(d.runs, func(r runRow) bool { return gone[r.session] })
	}
}
