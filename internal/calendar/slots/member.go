package slots

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// lastMinute is how a whole day is also written: 00:00-23:59 means to the end of the day, like 24:00.
const lastMinute = civil.EndOfDay - 1

// Wall is a stretch of the day as clocks on the wall show it. On a day with a clock change it reaches from the first
// instant that shows From to the last before To is shown, so an edge inside a gap lies at the change, and where times
// come twice the stretch begins with the first and ends with the second. To at or after 23:59 is the end of the day.
// A stretch with To <= From is empty. Edges are meant to lie on the raster: each stretch is rounded by itself, so two
// that touch off the raster leave a step between them.
type Wall struct{ From, To civil.Clock }

// Shift is a stretch in which a member works.
type Shift struct {
	Wall

	// Seats limits the sessions that the member gives in this shift, where it is above 1.
	Seats int

	// OtherServices marks a shift in which the member gives other services only. It makes no start free, and lets
	// Explain say ServiceNotOffered rather than NotWorking.
	OtherServices bool
}

// OffKind says why a member is off.
type OffKind uint8

// The kinds of time off.
const (
	Break OffKind = iota
	Block
	Vacation
	offKinds
)

// Off is a stretch in which a member cannot be needed, whatever shifts say.
type Off struct {
	Kind OffKind
	Wall
}

// Busy is one occupancy of a member.
type Busy struct {
	Span
	Session id.ID // the session that it belongs to
}

// Run is a begun session of the asked service by a member. Whoever asks for the same start may join it while it has a
// seat; its own occupancies, which stand among the member's Busy, are then not in the way. They have to be just those
// that the service would make today: a session begun before the service was given another length cannot be joined.
type Run struct {
	Session         id.ID // not empty
	Start           time.Time
	Taken, Capacity int
}

// Member is somebody who may give the asked service, on one day. Members that are not qualified, not bookable, or
// beyond their own booking horizon on that day are left out by the caller.
type Member struct {
	Key  int64 // the subject's key; decides between equals
	ID   id.ID
	Load int // appointments on that day; the least loaded is chosen

	// Wanted marks a member who was asked for by name: no team without all wanted members is acceptable.
	Wanted bool

	// Duration is how many minutes of a duration the member takes for the service, where it is not the service's own; 0
	// where it is. It counts where one member is enough: several at once take the service's, since they end together.
	Duration int

	Working []Shift
	Off     []Off
	Busy    []Busy // in any order; what lies on other days is ignored
	Runs    []Run
}
