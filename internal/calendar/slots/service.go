package slots

import "time"

// Span is a half-open stretch of time between two instants.
type Span struct{ From, To time.Time }

// Gap is processing time: minutes, counted from the beginning of the service's duration (after the preparation), in
// which the member is free for others. What lies outside the duration does not count.
type Gap struct{ From, To int }

// Service is what the engine has to know of a service. All lengths are minutes. A service without length, or whose gaps
// leave nothing of it, has no starts.
type Service struct {
	Preparation, Duration, Cleanup int
	Gaps                           []Gap // in any order; overlapping ones count once

	// Capacity is the number of seats in a session; less than 1 means 1.
	Capacity int

	// RequiredStaff is the number of members needed at once; less than 1 means 1.
	RequiredStaff int

	// Kind is what Members are where they are no people: the units of a kind of resource. Then RequiredStaff is how many
	// units the service takes.
	Kind string

	// Needs are the resources that a new session takes besides its members, each kind once. Who joins a session takes none.
	Needs []Need

	// Unattended says that nobody is needed: then only opening hours and the policy decide, members are not looked at,
	// and nothing limits how many such appointments run side by side.
	Unattended bool
}

// Length returns preparation, duration and cleanup together: how far a slot's end lies behind its start.
func (s Service) Length() time.Duration { return time.Duration(s.minutes()) * time.Minute }

// lasting is Length with another duration, of minutes.
func (s *Service) lasting(duration int) time.Duration {
	return time.Duration(s.Preparation+duration+s.Cleanup) * time.Minute
}

// BusySpans returns what an appointment that begins at start occupies of each member: its length without the gaps, in
// order, neither touching nor overlapping.
func (s Service) BusySpans(start time.Time) []Span {
	var spans []Span
	for from, to, ok := s.nextBusy(0); ok; from, to, ok = s.nextBusy(to) {
		spans = append(spans, Span{
			From: start.Add(time.Duration(from) * time.Minute),
			To:   start.Add(time.Duration(to) * time.Minute),
		})
	}
	return spans
}

// By returns the service as a member gives it alone: as long as the member takes. Its gaps stay where they are.
func (s Service) By(m *Member) Service {
	if m.Duration > 0 && s.RequiredStaff <= 1 {
		s.Duration = m.Duration
	}
	return s
}

func (s *Service) minutes() int { return s.Preparation + s.Duration + s.Cleanup }

func (s *Service) capacity() int { return max(s.Capacity, 1) }

// nextBusy returns the first stretch at or after a minute of the whole length in which the member is needed.
func (s *Service) nextBusy(after int) (from, to int, ok bool) {
	from, to = after, s.minutes()
	for again := true; again; {
		again = false
		for i := range s.Gaps {
			if begin, end := s.gap(i); begin <= from && from < end {
				from, again = end, true
			}
		}
	}
	for i := range s.Gaps {
		if begin, end := s.gap(i); from < begin && begin < end {
			to = min(to, begin)
		}
	}
	return from, to, from < to
}

// gap returns gap i in minutes of the whole length, cut to the duration.
func (s *Service) gap(i int) (from, to int) {
	g := s.Gaps[i]
	return s.Preparation + max(g.From, 0), s.Preparation + min(g.To, s.Duration)
}

// shape is a service in steps; without any when there is nothing to place.
type shape struct {
	steps  int  // of the whole length, rounded up
	needed Mask // those in which the member is needed, counted from the start
}

func (s *Service) shape() shape {
	sh := shape{steps: stepsUp(s.minutes())}
	for from, to, ok := s.nextBusy(0); ok; from, to, ok = s.nextBusy(to) {
		sh.needed.Set(from*60/stepSeconds, stepsUp(to))
	}
	if sh.needed.Empty() {
		return shape{}
	}
	return sh
}

// clearOf returns the starts from which no needed step is in taken.
func (sh *shape) clearOf(taken Mask) (starts Mask) {
	starts.Set(0, MaxSteps)
	if taken.Empty() {
		return starts
	}
	free := starts.AndNot(taken)
	for from, to, ok := sh.needed.run(0); ok; from, to, ok = sh.needed.run(to) {
		starts = starts.And(free.Fits(to - from).Earlier(from))
	}
	return starts
}

func stepsUp(minutes int) int { return (minutes*60 + stepSeconds - 1) / stepSeconds }
