package slots

import (
	"fmt"
	"math/bits"
)

// Reason says why a start is refused. Its text is a code that clients see. Reasons are ordered from what has nothing to
// do with the asked members to what is only just in the way.
type Reason uint8

// The reasons; None is no reason.
const (
	None Reason = iota
	OffRaster
	RepeatedTime
	Past
	OutsideWindow
	Closed
	OutsideHours
	ServiceNotOffered
	NotWorking
	OnVacation
	Blocked
	OnBreak
	NotEnoughStaff
	BookingConflict
	NoResource
	CapacityFull
)

// String returns the code, which is empty for None.
func (r Reason) String() string {
	switch r {
	case None:
		return ""
	case OffRaster:
		return "not_on_raster"
	case RepeatedTime:
		return "repeated_local_time"
	case Past:
		return "past"
	case OutsideWindow:
		return "outside_window"
	case Closed:
		return "closed"
	case OutsideHours:
		return "outside_business_hours"
	case ServiceNotOffered:
		return "service_not_offered"
	case NotWorking:
		return "staff_not_working"
	case OnVacation:
		return "on_vacation"
	case Blocked:
		return "blocked"
	case OnBreak:
		return "on_break"
	case NotEnoughStaff:
		return "not_enough_staff"
	case BookingConflict:
		return "booking_conflict"
	case NoResource:
		return "resource_unavailable"
	case CapacityFull:
		return "capacity_full"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// MarshalText returns the code.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// reasons is a set of them.
type reasons uint32

func (s *reasons) add(r Reason) { *s |= 1 << r }

func (s reasons) has(r Reason) bool { return s>>r&1 == 1 }

// first returns the most general reason, None of an empty set.
func (s reasons) first() Reason {
	if s == 0 {
		return None
	}
	return Reason(bits.TrailingZeros32(uint32(s)))
}

// list returns the reasons from the most general on; nil of an empty set.
func (s reasons) list() (all []Reason) {
	for ; s != 0; s &= s - 1 {
		all = append(all, s.first())
	}
	return all
}
