package outlets

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Change is a partial update of an outlet: what is absent stays. Address, contact
// and settings are merged key by key, the hours replaced as a whole.
type Change struct {
	TenantID      id.ID                   `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	Name          opt.Field[string]       `json:"name,omitzero" maxLength:"100" example:"Bella Vista Downtown"`
	Slug          opt.Field[string]       `json:"slug,omitzero" maxLength:"60" example:"bella-vista-downtown"`
	Description   opt.Field[string]       `json:"description,omitzero" maxLength:"2000"`
	Status        opt.Field[Status]       `json:"status,omitzero" enum:"active,inactive,temporarily_closed"`
	Address       AddressChange           `json:"address,omitzero"`
	Contact       ContactChange           `json:"contact,omitzero"`
	BusinessHours opt.Field[[]HoursInput] `json:"business_hours,omitzero" maxItems:"70" doc:"The whole weekly schedule. Null or an empty list: no hours are stated."`
	Settings      SettingsChange          `json:"settings,omitzero"`
}

// AddressChange is a partial update of an address.
type AddressChange struct {
	Street     opt.Field[string] `json:"street,omitzero" maxLength:"200" example:"Jl. Sudirman 12"`
	City       opt.Field[string] `json:"city,omitzero" maxLength:"100" example:"Jakarta"`
	State      opt.Field[string] `json:"state,omitzero" maxLength:"100" example:"DKI Jakarta"`
	PostalCode opt.Field[string] `json:"postal_code,omitzero" maxLength:"20" example:"10220"`
	Country    opt.Field[string] `json:"country,omitzero" maxLength:"2" example:"ID"`
}

// ContactChange is a partial update of how an outlet is reached.
type ContactChange struct {
	Phone   opt.Field[string] `json:"phone,omitzero" maxLength:"40" example:"+622155512345"`
	Email   opt.Field[string] `json:"email,omitzero" maxLength:"254" example:"downtown@bellavista.com"`
	Website opt.Field[string] `json:"website,omitzero" maxLength:"500" example:"https://bellavista.com/downtown"`
}

// Update changes an outlet. It fails with tenants.ErrOther, ErrNotFound,
// ErrOutOfScope, ErrSlugTaken and ErrClockInUse.
func (o *Operations) Update(ctx context.Context, who access.Staff, outlet id.ID, in Change) (Outlet, error) {
	if err := ownTenant(who, in.TenantID); err != nil {
		return Outlet{}, err
	}
	week, err := in.check()
	if err != nil {
		return Outlet{}, err
	}
	out, err := o.change(ctx, who, outlet, "outlet.updated", func(tx *db.Tx, next *Outlet, standard Settings) {
		in.apply(next)
		next.Settings = in.Settings.apply(next.Settings, standard)
		update(tx, *next)
		if in.BusinessHours.Set {
			replaceHours(tx, outlet, len(in.BusinessHours.Value) > 0, week)
		}
	})
	if db.IsConflict(err, slugConstraint) {
		return Outlet{}, ErrSlugTaken
	}
	return out, err
}

// change runs one change of an outlet under its lock and records it. standard is
// what a new outlet would begin with.
func (o *Operations) change(
	ctx context.Context, who access.Staff, outlet id.ID, action string, do func(tx *db.Tx, next *Outlet, standard Settings),
) (Outlet, error) {
	var out Outlet
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		brand := tenants.Queue(tx)
		old, err := lock(ctx, tx, who, outlet)
		if err != nil {
			return err
		}
		tenant, err := brand.Value.Tenant()
		if err != nil {
			return err
		}
		next := old
		do(tx, &next, defaultsOf(tenant.Settings))
		if err := keepsClock(ctx, tx, old, next); err != nil {
			return err
		}
		if out, err = load(ctx, tx, outlet); err != nil {
			return err
		}
		audit.Record(tx, who, action, "outlet", outlet, old, out)
		return nil
	})
	return out, err
}

// keepsClock refuses another time zone while appointments are coming up: they are instants,
// so customers would be told another time than they booked.
func keepsClock(ctx context.Context, tx *db.Tx, old, next Outlet) error {
	if next.Settings.Timezone == old.Settings.Timezone {
		return nil
	}
	// Unlike other changes, this one waits for bookings that are under way.
	tx.Exec(`
		SELECT id FROM outlets WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, tx.Tenant(), old.ID)
	upcoming := queueUpcoming(tx, old.ID)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if n := upcoming.Value; n > 0 {
		return ErrClockInUse.With("The outlet has %d upcoming appointments, whose times another time zone would change. Cancel them first, or let them pass.", n).
			WithExtra(map[string]any{"upcoming_appointments": n})
	}
	return nil
}

// check brings the change into its stored form.
func (c *Change) check() ([]span, error) {
	for _, f := range []struct {
		path  string
		value *opt.Field[string]
		clean func(path, raw string) (string, error)
	}{
		{"name", &c.Name, required}, {"slug", &c.Slug, requiredSlug},
		{"address.street", &c.Address.Street, required}, {"address.city", &c.Address.City, required},
		{"address.state", &c.Address.State, line}, {"address.postal_code", &c.Address.PostalCode, line},
		{"address.country", &c.Address.Country, cleanCountry},
		{"contact.phone", &c.Contact.Phone, tenants.CleanPhone},
		{"contact.email", &c.Contact.Email, cleanEmail}, {"contact.website", &c.Contact.Website, tenants.CleanWebsite},
	} {
		if !f.value.Set {
			continue
		}
		// Null clears what may be empty, and is refused like the empty text elsewhere.
		if err := (field{f.path, &f.value.Value, f.clean}).tidy(); err != nil {
			return nil, err
		}
	}
	if c.Status.Null {
		return nil, fault.InvalidField("status", "cannot be null")
	}
	if err := c.Settings.check("settings."); err != nil {
		return nil, err
	}
	c.Description.Value = strings.TrimSpace(c.Description.Value)
	return parseWeek(c.BusinessHours.Value)
}

func requiredSlug(path, raw string) (string, error) {
	slug, err := required(path, raw)
	if err != nil {
		return "", err
	}
	return cleanSlug(path, slug)
}

// apply changes all but the settings and hours.
func (c *Change) apply(o *Outlet) {
	c.Name.Apply(&o.Name)
	c.Slug.Apply(&o.Slug)
	c.Description.Apply(&o.Description)
	c.Status.Apply(&o.Status)
	c.Address.Street.Apply(&o.Address.Street)
	c.Address.City.Apply(&o.Address.City)
	c.Address.State.Apply(&o.Address.State)
	c.Address.PostalCode.Apply(&o.Address.PostalCode)
	c.Address.Country.Apply(&o.Address.Country)
	c.Contact.Phone.Apply(&o.Contact.Phone)
	c.Contact.Email.Apply(&o.Contact.Email)
	c.Contact.Website.Apply(&o.Contact.Website)
}
