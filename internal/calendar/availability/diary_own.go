package availability

import (
	"slices"
	"time"

	"reserva/internal/catalog/services"
	"reserva/internal/kit/id"
)

// settle keeps what the member takes for each of their services; both lists are nil,
// or as long as services.
func (m *member) settle(durations []int, prices []*int64) {
	if durations == nil {
		return
	}
	m.own = make([]terms, len(m.services))
	for i := range m.own {
		m.own[i].duration = durations[i]
		if prices != nil {
			m.own[i].price = prices[i]
		}
	}
}

// terms are what the member takes for a service: nothing of their own where it needs
// several at once, who end together and are paid for together.
func (m *member) terms(s *Service) terms {
	if m.own == nil || s.StaffCount > 1 {
		return terms{}
	}
	if i := slices.Index(m.services, string(s.ID)); i >= 0 {
		return m.own[i]
	}
	return terms{}
}

// forget takes a service from the member.
func (m *member) forget(service id.ID) {
	i := slices.Index(m.services, string(service))
	if i < 0 {
		return
	}
	m.services = slices.Delete(m.services, i, i+1)
	if m.own != nil {
		m.own = slices.Delete(m.own, i, i+1)
	}
}

// Price returns what a service of the Ask costs with a staff member, empty for
// nobody's own price, in minor units of its currency, and the source. Guests choose
// nobody, so that they pay what the service costs.
func (d *Diary) Price(service, staff id.ID) (int64, string) {
	s := d.bySvc[service]
	var own *int64
	for i := range d.staff {
		if m := &d.staff[i]; staff != "" && m.id == staff && d.ask.Audience != Guest {
			own = m.terms(s).price
		}
	}
	price, source := services.EffectivePrice(s.BasePrice, s.PromoPrice, s.PromoUntil, s.OutletPrice, d.now)
	return services.WithStaff(own, price, source)
}

// KeepLengths lets a service last as long as it was booked, in minutes, whatever the
// catalogue says by now and whoever gives it. Its processing times hold only as long
// as nothing changed.
func (d *Diary) KeepLengths(service id.ID, preparation, duration, cleanup int) {
	s := d.bySvc[service]
	for i := range d.staff {
		m := &d.staff[i]
		if at := slices.Index(m.services, string(service)); at >= 0 && m.own != nil {
			m.own[at].duration = 0
		}
	}
	if s.Preparation == preparation && s.Duration == duration && s.Cleanup == cleanup {
		return
	}
	s.Preparation, s.Duration, s.Cleanup = preparation, duration, cleanup
	s.shape.Preparation, s.shape.Duration, s.shape.Cleanup, s.shape.Gaps = preparation, duration, cleanup, nil
}

// lengthWith is preparation, duration and cleanup in minutes, with a staff member or,
// where none is named, as the catalogue says.
func (d *Diary) lengthWith(s *Service, staff id.ID) int {
	for i := range d.staff {
		if own := d.staff[i].terms(s).duration; staff != "" && d.staff[i].id == staff && own > 0 {
			return s.Preparation + own + s.Cleanup
		}
	}
	return s.Length()
}

// lasting is preparation, a duration and cleanup.
func (s *Service) lasting(duration int) time.Duration {
	return time.Duration(s.Preparation+duration+s.Cleanup) * time.Minute
}

// Takes returns how many minutes preparation and service last with a staff member, or,
// where none is named, as the catalogue says.
func (d *Diary) Takes(service, staff id.ID) int {
	s := d.bySvc[service]
	return d.lengthWith(s, staff) - s.Cleanup
}

// Unequal returns the staff members who give a service, if they do not all take as long
// for it as the catalogue says; otherwise nil, since it does not matter who gives it.
func (d *Diary) Unequal(service id.ID) []id.ID {
	s := d.bySvc[service]
	var givers []id.ID
	differ := false
	for i := range d.staff {
		if m := &d.staff[i]; !m.unit && slices.Contains(m.services, string(service)) {
			givers = append(givers, m.id)
			differ = differ || m.terms(s).duration > 0
		}
	}
	if !differ {
		return nil
	}
	return givers
}
