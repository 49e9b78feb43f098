package availability

import (
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// layer tells which entries exclude each other: those of one layer never overlap,
// those of different layers may.
//
//	            working hours  break  blocked  vacation
//	working hours    no         yes     yes      yes
//	break            yes        no      yes      yes
//	blocked          yes        yes     no       no
//	vacation         yes        yes     no       no
func (t EntryType) layer() int {
	switch t {
	case WorkingHours:
		return 0
	case Break:
		return 1
	default:
		return 2
	}
}

// clashes tells whether two entries cannot both be.
func (e *entry) clashes(other *entry) bool {
	return e.StaffID == other.StaffID && e.Date == other.Date && e.Type.layer() == other.Type.layer() &&
		e.Starts < other.end() && other.Starts < e.end()
}

// checkConflicts refuses fresh entries that clash with one that stands, or with one
// another. It fails with ErrEntryConflict, naming the first clash.
func checkConflicts(fresh, standing []entry) error {
	type day struct {
		staff id.ID
		date  civil.Date
	}
	taken := make(map[day][]*entry, len(standing)+len(fresh))
	for i := range standing {
		e := &standing[i]
		taken[day{e.StaffID, e.Date}] = append(taken[day{e.StaffID, e.Date}], e)
	}
	for i := range fresh {
		e := &fresh[i]
		on := day{e.StaffID, e.Date}
		for _, other := range taken[on] {
			if e.clashes(other) {
				return conflict(e, other)
			}
		}
		taken[on] = append(taken[on], e)
	}
	return nil
}

// Clash is the entry that another cannot stand beside.
type Clash struct {
	ID        *id.ID     `json:"id"` // null when it is of the same request
	Date      civil.Date `json:"date"`
	Type      EntryType  `json:"type"`
	StartTime string     `json:"start_time"`
	EndTime   string     `json:"end_time"`
}

func conflict(e, other *entry) *fault.Error {
	clash := Clash{
		Date: other.Date, Type: other.Type,
		StartTime: civil.Clock(other.Starts).Long(), EndTime: civil.Clock(other.Ends).Long(),
	}
	whose := "of this request"
	if !other.CreatedAt.IsZero() {
		clash.ID, whose = &other.ID, "that is there already"
	}
	return ErrEntryConflict.
		With("Time conflict on %s: %s %s overlaps %s %s %s.", e.Date, e.Type, e.span(), other.Type, other.span(), whose).
		WithExtra(map[string]any{"conflicts": []Clash{clash}})
}
