package availability

import (
	"encoding/json"
	"fmt"

	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// Build checks what was loaded and lays it out by day. It fails with
// ErrOutletNotFound, ErrOutletClosed, ErrOnlineBookingIsOff, ErrServiceNotFound or
// ErrServiceNotOffered.
func (d *Diary) Build() error {
	if err := d.checkOutlet(); err != nil {
		return err
	}
	if err := d.checkServices(); err != nil {
		return err
	}
	d.addUnits()
	for date := d.ask.From; !date.After(d.ask.To); date = date.AddDays(1) {
		d.days = append(d.days, slots.NewDay(date, d.Location))
	}
	d.leaveOut()
	d.sortOccupancies()
	return nil
}

func (d *Diary) checkOutlet() error {
	o := d.outlet.Value
	if !d.outlet.Found {
		return ErrOutletNotFound
	}
	location, err := civil.Zone(o.Timezone)
	if err != nil {
		return fmt.Errorf("outlet %s: %w", o.ID, err)
	}
	d.Location = location
	d.hours, d.special = openings(o.Hours), openings(o.Special)
	if o.Status != "active" || !o.TenantActive {
		return ErrOutletClosed
	}
	if accepts := d.rules().AcceptsOnlineBooking; d.ask.Audience == Online && accepts != nil && !*accepts {
		return ErrOnlineBookingIsOff
	}
	return nil
}

func (d *Diary) checkServices() error {
	d.bySvc = make(map[id.ID]*Service, len(d.services.Rows))
	for i := range d.services.Rows {
		s := &d.services.Rows[i]
		if err := s.prepare(); err != nil {
			return err
		}
		d.bySvc[s.ID] = s
	}
	for _, asked := range d.ask.Services {
		s, found := d.bySvc[asked]
		if !found {
			return ErrServiceNotFound
		}
		if !s.Active || !s.Offered {
			return ErrServiceNotOffered
		}
	}
	return nil
}

// prepare derives what the engine wants to know. For guests a service that no staff
// member of the outlet gives is limited by its capacity alone: the guest API knows
// businesses that keep no staff.
func (s *Service) prepare() error {
	var gaps []struct {
		From int `json:"from_minute"`
		To   int `json:"to_minute"`
	}
	if err := json.Unmarshal(s.Gaps, &gaps); err != nil {
		return fmt.Errorf("processing time of service %s: %w", s.ID, err)
	}
	if !s.Staffed {
		s.NeedsStaff = false
	}
	s.shape = slots.Service{Preparation: s.Preparation, Duration: s.Duration, Cleanup: s.Cleanup, Capacity: 1, RequiredStaff: 1}
	if s.Parallel {
		s.shape.Capacity = s.MaxParallel
	}
	if s.NeedsStaff {
		s.shape.RequiredStaff = s.StaffCount
	}
	for _, g := range gaps {
		s.shape.Gaps = append(s.shape.Gaps, slots.Gap{From: g.From, To: g.To})
	}
	return s.prepareResources()
}

// addUnits puts resources beside the staff members, and the unit of each service that
// needs neither.
func (d *Diary) addUnits() {
	for i := range d.services.Rows {
		s := &d.services.Rows[i]
		d.addResources(s)
		if s.NeedsStaff {
			continue
		}
		// Qualified staff do not matter to a service that needs none.
		for j := range d.staff {
			if !d.staff[j].unit {
				d.staff[j].forget(s.ID)
			}
		}
		if s.shape.Kind != "" {
			continue
		}
		unit := member{services: []string{string(s.ID)}, unit: true}
		if s.UnitKey != nil {
			unit.key = *s.UnitKey
		}
		d.staff = append(d.staff, unit)
	}
	d.byKey = make(map[int64]int, len(d.staff))
	for i := range d.staff {
		d.byKey[d.staff[i].key] = i
	}
}

// hoursOn returns the opening hours of day n. A guest may book at any time of the
// day where an outlet never said when it opens.
func (d *Diary) hoursOn(n int) []slots.Wall {
	var walls []slots.Wall
	special := false
	for _, s := range d.special {
		if s.day != n {
			continue
		}
		special = true
		if s.opens != closedAll {
			walls = append(walls, slots.Wall{From: s.opens, To: s.closes})
		}
	}
	if special {
		return walls
	}
	if !d.outlet.Value.HoursSet {
		return []slots.Wall{{From: 0, To: civil.EndOfDay}}
	}
	weekday := d.days[n].Date().Weekday()
	for _, h := range d.hours {
		if h.day == weekday {
			walls = append(walls, slots.Wall{From: h.opens, To: h.closes})
		}
	}
	return walls
}

func (d *Diary) rules() (r rules) {
	_ = json.Unmarshal(d.outlet.Value.Settings, &r)
	return r
}

func (d *Diary) tenantRules() (r tenantRules) {
	_ = json.Unmarshal(d.outlet.Value.TenantSettings, &r)
	return r
}
