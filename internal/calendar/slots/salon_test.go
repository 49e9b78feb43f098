package slots

import (
	"testing"
	"time"

	"reserva/internal/kit/civil"
)

// salon is an ordinary Saturday in Jakarta, open 09:00 to 17:00, for the tests that tell a story.
type salon struct {
	t   testing.TB
	day *Day
}

func newSalon(t testing.TB) salon {
	t.Helper()
	return salon{t, NewDay(date(t, "2026-11-21"), zone(t, "Asia/Jakarta"))}
}

func (s salon) board(policy Policy) *Board {
	return NewBoard(s.day, walls(s.t, "09:00-17:00"), policy)
}

func (s salon) at(text string) time.Time {
	s.t.Helper()
	at, err := s.day.Local(clock(s.t, text))
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

// member works 09:00 to 17:00.
func (s salon) member(key int64) Member {
	return Member{Key: key, Working: []Shift{{Wall: wall(s.t, "09:00-17:00")}}}
}

func (s salon) busy(from, to string) Busy {
	return Busy{Span: Span{s.at(from), s.at(to)}, Session: "other"}
}

// begun gives a member a session of the service.
func (s salon) begun(m *Member, service Service, run Run) {
	m.Runs = append(m.Runs, run)
	for _, span := range service.BusySpans(run.Start) {
		m.Busy = append(m.Busy, Busy{Span: span, Session: run.Session})
	}
}

// local shows starts as a client writes them.
func (s salon) local(starts Mask) (texts []string) {
	for step := range starts.All() {
		texts = append(texts, civil.ClockOf(s.day.At(step), s.day.Location()).String())
	}
	return texts
}
