package staff

import (
	"errors"
	"fmt"
	"slices"

	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Skill is one service that a staff member gives: how good they are at it, and the
// time and the price that they take where these are not the service's own.
type Skill struct {
	ServiceID       id.ID       `json:"service_id"`
	Level           *string     `json:"level" enum:"junior,intermediate,senior,expert" nullable:"true" doc:"Null where nobody said."`
	DurationMinutes *int        `json:"duration_minutes" example:"45" doc:"How long the service takes with the member; null for its own time."`
	Price           *money.Text `json:"price" example:"90000.00" doc:"What it costs with the member, in its currency, unless there is a promotion; null for its own price."`
}

// SkillInput is a Skill as it is set.
type SkillInput struct {
	ServiceID       id.ID                    `json:"service_id"`
	Level           *string                  `json:"level,omitempty" enum:"junior,intermediate,senior,expert" nullable:"true"`
	DurationMinutes *int                     `json:"duration_minutes,omitempty" minimum:"5" maximum:"1440" multipleOf:"5" nullable:"true" example:"45" doc:"Longer than the service's processing time lasts. Not used for services that need several staff members at once."`
	Price           opt.Field[money.Decimal] `json:"price,omitzero" example:"90000" doc:"As duration_minutes; in the service's currency. Null for its own price."`
}

// skill is a row of staff_services, as the database writes it in JSON. What was typed
// as a price becomes one when the service's currency is known.
type skill struct {
	ServiceID id.ID           `json:"service_id"`
	Level     *string         `json:"level"`
	Duration  *int            `json:"duration_minutes"`
	Price     *int64          `json:"price"`
	Currency  *money.Currency `json:"currency"`
	typed     *money.Decimal
	field     string
}

const (
	badPrice  = "Must be a price of 0 or more."
	longPrice = "Has too many digits for a price."
)

// maxSkillPrice keeps sums of many prices far from the end of an int64.
const maxSkillPrice = 1_000_000_000_000_000

func (s *skill) view() Skill {
	out := Skill{ServiceID: s.ServiceID, Level: s.Level, DurationMinutes: s.Duration}
	if s.Price != nil {
		out.Price = &money.Text{Minor: *s.Price, Currency: *s.Currency}
	}
	return out
}

// views shows skills, the ids of the services by themselves as well.
func views(gives []skill) (services []id.ID, all []Skill) {
	services, all = make([]id.ID, len(gives)), make([]Skill, len(gives))
	for i := range gives {
		services[i], all[i] = gives[i].ServiceID, gives[i].view()
	}
	return services, all
}

// applySkills says anew what the row's member gives; path ends in a point, or is
// empty. Both lists may be sent if they name the same services.
func (in SkillsChange) applySkills(c *checks, path string, r *row) {
	switch {
	case in.Services.Set:
		r.Gives = in.skills(c, path+"services")
		if in.ServiceIDs.Set && !sameServices(r.Gives, unique(in.ServiceIDs.Value)) {
			r.unlike = path + "services"
		}
	case in.ServiceIDs.Set:
		r.Gives = keep(r.Gives, unique(in.ServiceIDs.Value))
	}
}

func (in SkillsChange) skills(c *checks, path string) []skill {
	out := []skill{}
	for i, one := range in.Services.Value {
		field := fmt.Sprintf("%s.%d", path, i)
		switch {
		case slices.ContainsFunc(out, func(s skill) bool { return s.ServiceID == one.ServiceID }):
			c.refuse(field+".service_id", "Must not be named twice.", "value_error")
		case one.Price.Value.Sign() < 0:
			c.refuse(field+".price", badPrice, "value_error")
		}
		out = append(out, skill{
			ServiceID: one.ServiceID, Level: one.Level, Duration: one.DurationMinutes, typed: one.Price.Ptr(), field: field,
		})
	}
	return out
}

// services are the ids in the longer list.
func (in SkillsChange) services() (ids []id.ID) {
	for _, one := range in.Services.Value {
		ids = append(ids, one.ServiceID)
	}
	return ids
}

// keep returns the skills for exactly these services: those that were there as they
// are.
func keep(skills []skill, services []id.ID) []skill {
	kept := make([]skill, 0, len(services))
	for _, service := range services {
		one := skill{ServiceID: service}
		if i := slices.IndexFunc(skills, func(s skill) bool { return s.ServiceID == service }); i >= 0 {
			one = skills[i]
		}
		kept = append(kept, one)
	}
	return kept
}

func sameServices(skills []skill, services []id.ID) bool {
	return len(skills) == len(services) &&
		!slices.ContainsFunc(skills, func(s skill) bool { return !slices.Contains(services, s.ServiceID) })
}

// gives are the ids of the services.
func (r *row) gives() []id.ID {
	ids, _ := views(r.Gives)
	return ids
}

// settleSkills turns typed prices into amounts and holds own times to the services'
// processing times.
func (r *row) settleSkills(known []namedService) error {
	var c checks
	if r.unlike != "" {
		c.refuse(r.unlike, "Must name the same services as service_ids.", "value_error")
	}
	for i := range r.Gives {
		s := &r.Gives[i]
		at := slices.IndexFunc(known, func(n namedService) bool { return n.ID == s.ServiceID })
		if s.field == "" || at < 0 {
			continue // as it was
		}
		service := &known[at]
		if s.Duration != nil && *s.Duration <= service.Processed {
			c.refuse(s.field+".duration_minutes", "Must be longer than the service's processing time lasts.", "value_error")
		}
		if s.typed == nil {
			continue
		}
		minor, err := s.typed.NonNegativeMinor(service.Currency)
		switch {
		case errors.Is(err, money.ErrRange), minor > maxSkillPrice, s.typed.Finer(service.Currency):
			c.refuse(s.field+".price", longPrice, "value_error")
		case err != nil:
			c.refuse(s.field+".price", badPrice, "value_error")
		}
		s.Price, s.Currency = &minor, &service.Currency
	}
	return c.err()
}
