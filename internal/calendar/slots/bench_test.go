package slots

import (
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// benchDay is a member's day with ten appointments, and a service with buffers.
func benchDay(t testing.TB) (*Board, Service, *Member) {
	day := NewDay(date(t, "2026-11-21"), zone(t, "Asia/Jakarta"))
	board := NewBoard(day, walls(t, "09:00-13:00", "14:00-20:00"), Policy{})
	m := &Member{Key: 1, Working: []Shift{{Wall: wall(t, "09:00-20:00")}}}
	m.Off = []Off{{Break, wall(t, "12:00-12:30")}}
	for i := range 10 {
		from := day.At(108 + i*12)
		m.Busy = append(m.Busy, Busy{Span: Span{from, from.Add(35 * time.Minute)}, Session: id.ID("session")})
	}
	return board, Service{Preparation: 5, Duration: 15, Cleanup: 5}, m
}

func BenchmarkFree(b *testing.B) {
	board, service, m := benchDay(b)
	if board.Free(service, m).Empty() {
		b.Fatal("nothing is free")
	}
	b.ReportAllocs()
	for b.Loop() {
		board.Free(service, m)
	}
}

func BenchmarkFreeWithProcessingTime(b *testing.B) {
	board, service, m := benchDay(b)
	service.Duration, service.Gaps = 60, []Gap{{20, 40}}
	b.ReportAllocs()
	for b.Loop() {
		board.Free(service, m)
	}
}

func BenchmarkNewDay(b *testing.B) {
	d, loc := date(b, "2026-10-25"), zone(b, "Europe/Berlin")
	b.ReportAllocs()
	for b.Loop() {
		NewDay(d, loc)
	}
}

// BenchmarkGrid is the largest grid that is asked for: 50 members for 31 days, with 20,000 occupancies among them.
func BenchmarkGrid(b *testing.B) {
	const days, members, occupancies = 31, 50, 20_000
	loc := zone(b, "Asia/Jakarta")
	hours := walls(b, "09:00-20:00")
	service := Service{Preparation: 5, Duration: 45, Cleanup: 10}
	diary := make([][]Member, days)
	for d := range diary {
		day := NewDay(civil.Date{Year: 2026, Month: time.November, Day: 1}.AddDays(d), loc)
		for key := range members {
			m := Member{Key: int64(key), Working: []Shift{{Wall: wall(b, "09:00-20:00")}}, Off: []Off{{Break, wall(b, "12:00-13:00")}}}
			for i := range occupancies / days / members {
				from := day.At(108 + (i*11+key)%120)
				m.Busy = append(m.Busy, Busy{Span: Span{from, from.Add(40 * time.Minute)}})
			}
			diary[d] = append(diary[d], m)
		}
	}
	var board Board
	var slots []Slot
	b.ReportAllocs()
	for b.Loop() {
		slots = slots[:0]
		for d, members := range diary {
			board.Reset(NewDay(civil.Date{Year: 2026, Month: time.November, Day: 1}.AddDays(d), loc), hours, Policy{})
			slots = board.Starts(slots, Leg{service, members}, 30)
		}
	}
	if len(slots) != days*21 {
		b.Fatalf("%d slots, want %d", len(slots), days*21)
	}
}

func BenchmarkExplain(b *testing.B) {
	board, service, m := benchDay(b)
	leg := Leg{service, []Member{*m, *m, *m, *m, *m}}
	at := board.Day().At(120)
	b.ReportAllocs()
	for b.Loop() {
		board.Explain(leg, at)
	}
}
