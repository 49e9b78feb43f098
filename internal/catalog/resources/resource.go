package resources

import (
	"regexp"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// Faults of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "resource.not_found", "There is no such resource.")
	ErrBooked   = fault.New(fault.Conflict, "resource.has_appointments", "Units of the resource have upcoming appointments. Cancel or move them first.")
)

// maxQuantity bounds the units of one resource.
const maxQuantity = 100

// Resource is what an outlet has of a kind.
type Resource struct {
	ID        id.ID     `json:"id" db:"id"`
	TenantID  id.ID     `json:"tenant_id" db:"tenant_id"`
	OutletID  id.ID     `json:"outlet_id" db:"outlet_id"`
	Kind      string    `json:"kind" db:"kind" example:"treatment_room" doc:"What services name."`
	Name      string    `json:"name" db:"name" example:"Garden rooms"`
	Quantity  int       `json:"quantity" db:"quantity" example:"2" doc:"How many units can be used at once."`
	IsActive  bool      `json:"is_active" db:"is_active" doc:"Otherwise none of the units is booked any more."`
	CreatedAt time.Time `json:"created_at" db:"created_at"`
	UpdatedAt time.Time `json:"updated_at" db:"updated_at"`
}

// Input is a new resource.
type Input struct {
	TenantID id.ID           `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	OutletID id.ID           `json:"outlet_id" doc:"Where it is."`
	Kind     string          `json:"kind" minLength:"1" maxLength:"40" example:"treatment_room" doc:"Lower case letters and digits, with single underscores between. Stays."`
	Name     string          `json:"name" minLength:"1" maxLength:"100" example:"Garden rooms"`
	Quantity opt.Field[int]  `json:"quantity,omitzero" minimum:"1" maximum:"100" example:"2" doc:"Where absent, 1."`
	IsActive opt.Field[bool] `json:"is_active,omitzero" doc:"Where absent, true."`
}

// Change is a partial update: what is absent stays.
type Change struct {
	Name     opt.Field[string] `json:"name,omitzero" minLength:"1" maxLength:"100" example:"Garden rooms"`
	Quantity opt.Field[int]    `json:"quantity,omitzero" minimum:"1" maximum:"100" example:"3" doc:"Not below the number of units that are booked from now on."`
	IsActive opt.Field[bool]   `json:"is_active,omitzero"`
}

var kindForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// check brings the input into its stored form.
func (in *Input) check() error {
	name, err := line(in.Name)
	if err != nil {
		return err
	}
	in.Name = name
	switch {
	case in.OutletID == "":
		return fault.InvalidField("outlet_id", "cannot be empty")
	case !kindForm.MatchString(in.Kind):
		return fault.InvalidField("kind", "must be lower case letters and digits with single underscores between")
	}
	return quantity(in.Quantity)
}

func (c *Change) check() error {
	if c.Name.Set {
		name, err := line(c.Name.Value)
		if err != nil {
			return err
		}
		c.Name.Value = name
	}
	return quantity(c.Quantity)
}

func line(raw string) (string, error) {
	name, err := text.Line(raw)
	if err != nil || name == "" {
		return "", fault.InvalidField("name", "must be one line that is not empty")
	}
	return name, nil
}

func quantity(n opt.Field[int]) error {
	if n.Set && !n.Null && (n.Value < 1 || n.Value > maxQuantity) {
		return fault.InvalidField("quantity", "must be between 1 and 100")
	}
	return nil
}
