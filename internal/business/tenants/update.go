package tenants

import (
	"context"
	"encoding/json"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Change is a partial update of a tenant. Name, e-mail and phone cannot be
// cleared; null clears the rest.
type Change struct {
	Name        opt.Field[string] `json:"name,omitzero" maxLength:"200" example:"Bella Vista Spa"`
	Email       opt.Field[string] `json:"email,omitzero" maxLength:"254" example:"contact@bellavista.com"`
	Phone       opt.Field[string] `json:"phone,omitzero" maxLength:"40" example:"+15559876543"`
	Description opt.Field[string] `json:"description,omitzero" maxLength:"1000"`
	Website     opt.Field[string] `json:"website,omitzero" maxLength:"500" example:"https://bellavista.com"`
	LogoURL     opt.Field[string] `json:"logo_url,omitzero" maxLength:"500" example:"https://bellavista.com/logo.png"`
	ThemeColor  opt.Field[string] `json:"theme_color,omitzero" maxLength:"7" example:"#7c3aed" doc:"Short for the setting of the same name."`
	Settings    SettingsChange    `json:"settings,omitzero"`

	// Refused with a reason of their own rather than as unknown fields.
	Slug         any `json:"slug,omitempty" doc:"Refused: the slug never changes."`
	Subscription any `json:"subscription,omitempty" doc:"Refused: see /subscriptions."`
}

// check refuses what may not be changed and brings the rest into its stored form.
func (c *Change) check() error { return c.checkAt("settings.") }

// checkAt is check of a change whose settings stand at a path of the body.
func (c *Change) checkAt(settings string) error {
	switch {
	case c.Slug != nil:
		return ErrSlugFixed
	case c.Subscription != nil:
		return ErrPlanElsewhere
	}
	if c.ThemeColor.Set && !c.Settings.ThemeColor.Set {
		c.Settings.ThemeColor = c.ThemeColor
	}
	fields := []struct {
		path  string
		value *opt.Field[string]
		clean func(path, raw string) (string, error)
		clear bool
	}{
		{"name", &c.Name, CleanName, false},
		{"email", &c.Email, CleanEmail, false},
		{"phone", &c.Phone, CleanPhone, false},
		{"website", &c.Website, CleanWebsite, true},
		{"logo_url", &c.LogoURL, CleanWebsite, true},
	}
	for _, f := range fields {
		raw, given := f.value.Get()
		if f.value.Null && !f.clear {
			return fault.InvalidField(f.path, "cannot be null")
		}
		if !given {
			continue
		}
		clean, err := f.clean(f.path, raw)
		if err != nil {
			return err
		}
		f.value.Value = clean
	}
	return c.Settings.check(settings)
}

// Update changes a tenant: a super admin any, a tenant admin their own. It fails
// with ErrOther, ErrUnknown, ErrSlugFixed, ErrPlanElsewhere and ErrOwnCategories.
func (o *Operations) Update(ctx context.Context, who access.Staff, tenant id.ID, in Change) (Tenant, error) {
	if err := reach(who, tenant); err != nil {
		return Tenant{}, err
	}
	if err := in.check(); err != nil {
		return Tenant{}, err
	}
	return o.change(ctx, who, tenant, "tenant.updated", in)
}

// change writes a change that was checked, under the tenant's lock.
func (o *Operations) change(ctx context.Context, who access.Staff, tenant id.ID, action string, in Change) (Tenant, error) {
	options, err := json.Marshal(in.Settings.OptionsChange)
	if err != nil {
		return Tenant{}, err
	}
	var out Tenant
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if err := o.allowed(old, in.Settings); err != nil {
			return err
		}
		update(tx, in.apply(old), options)
		if out, err = Load(ctx, tx, tenant); err != nil {
			return err
		}
		audit.Record(tx, who, action, "tenant", tenant, old, out)
		return nil
	})
	return out, err
}

// allowed refuses what the plan does not include. Sending back what is there is no
// change.
func (o *Operations) allowed(t Tenant, in SettingsChange) error {
	wanted := in.ServiceCategoryTemplates
	if !wanted.Set || slices.Equal(wanted.Value, t.Settings.ServiceCategoryTemplates) {
		return nil
	}
	if !o.config.Plans.OwnCategories(t.Subscription.PlanType) {
		return ErrOwnCategories
	}
	return nil
}

// apply changes what the columns hold; the options are merged by the database.
func (c *Change) apply(t Tenant) Tenant {
	c.Name.Apply(&t.Name)
	c.Email.Apply(&t.Email)
	c.Phone.Apply(&t.Phone)
	c.Description.Apply(&t.Description)
	c.Website.Apply(&t.Website)
	if c.LogoURL.Set {
		t.LogoURL = nil
		if address := c.LogoURL.Value; address != "" {
			t.LogoURL = &address
		}
	}
	set := c.Settings
	if set.Timezone.Set {
		t.Settings.Timezone = set.Timezone.Or(defaultTimezone)
	}
	if set.Currency.Set {
		t.Settings.Currency = money.Currency(set.Currency.Or(defaultCurrency))
	}
	if set.BusinessType.Set {
		t.Settings.BusinessType = set.BusinessType.Or("other")
	}
	return t
}
