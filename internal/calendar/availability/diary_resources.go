package availability

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"reserva/internal/calendar/slots"
)

// resourceNeed is what a service needs of a kind, as stored.
type resourceNeed struct {
	Kind     string `json:"kind"`
	Quantity int    `json:"quantity"`
}

// resourceUnit is a unit that the outlet has of a needed kind.
type resourceUnit struct {
	Kind string `json:"kind"`
	Key  int64  `json:"key"`
}

// unitsColumn are the units at outlet $3 of the kinds that a service s needs, in the
// order in which they are taken; null where it needs none.
const unitsColumn = `
			CASE WHEN s.required_resources <> '[]' THEN (
				SELECT json_agg(json_build_object('kind', r.kind, 'key', u.subject_key) ORDER BY r.created_at, r.id, u.number)
				FROM jsonb_array_elements(s.required_resources) AS n (need)
				JOIN resources r ON r.tenant_id = $1 AND r.outlet_id = $3 AND r.kind = n.need ->> 'kind' AND r.deleted_at IS NULL AND r.is_active
				JOIN resource_units u ON u.tenant_id = $1 AND u.resource_id = r.id AND u.retired_at IS NULL)::text END`

// prepareResources derives what the engine wants to know of resources. Where no staff
// is needed the units of the first kind stand for them: who joins a session joins it
// there, and since nobody could be free meanwhile there are no processing gaps.
func (s *Service) prepareResources() error {
	if s.UnitList == nil && string(s.Required) == "[]" {
		return nil
	}
	var needs []resourceNeed
	if err := json.Unmarshal(s.Required, &needs); err != nil {
		return fmt.Errorf("resources of service %s: %w", s.ID, err)
	}
	if s.UnitList != nil {
		if err := json.Unmarshal([]byte(*s.UnitList), &s.units); err != nil {
			return fmt.Errorf("units for service %s: %w", s.ID, err)
		}
	}
	for i, n := range needs {
		if i == 0 && !s.NeedsStaff {
			s.shape.Kind, s.shape.RequiredStaff, s.shape.Gaps = n.Kind, n.Quantity, nil
			continue
		}
		s.shape.Needs = append(s.shape.Needs, slots.Need{Kind: n.Kind, Count: n.Quantity})
	}
	return nil
}

// addResources puts the units that a service may take beside the staff members, once
// each, and those that stand for its staff among those who give it.
func (d *Diary) addResources(s *Service) {
	for _, u := range s.units {
		at, known := d.unitAt[u.Key]
		if !known {
			at = len(d.staff)
			d.staff = append(d.staff, member{key: u.Key, unit: true})
			if d.unitAt == nil {
				d.unitAt, d.shelves = map[int64]int{}, map[string][]int{}
			}
			d.unitAt[u.Key] = at
			d.shelves[u.Kind] = append(d.shelves[u.Kind], at)
		}
		if u.Kind == s.shape.Kind {
			d.staff[at].services = append(d.staff[at].services, string(s.ID))
		}
	}
}

// stock puts the outlet's units on the board of day n.
func (d *Diary) stock(n int) {
	for kind, shelf := range d.shelves {
		units := make([]slots.Unit, len(shelf))
		for i, at := range shelf {
			units[i] = slots.Unit{Key: d.staff[at].key, Busy: d.busyOn(at, n)}
		}
		d.board.Stock(kind, units)
	}
}

// Scatter lets the engine take units in any order: rivals who lost a race for the
// first free room would all turn to the next, and meet there again.
func (d *Diary) Scatter() {
	for _, shelf := range d.shelves {
		rand.Shuffle(len(shelf), func(i, j int) { shelf[i], shelf[j] = shelf[j], shelf[i] })
	}
}

// anyBooked tells whether a member or a needed unit has anything on day n.
func (d *Diary) anyBooked(leg *slots.Leg, n int) bool {
	for i := range leg.Members {
		if len(leg.Members[i].Busy) > 0 {
			return true
		}
	}
	for _, need := range leg.Service.Needs {
		for _, at := range d.shelves[need.Kind] {
			if len(d.busyOn(at, n)) > 0 {
				return true
			}
		}
	}
	return false
}
