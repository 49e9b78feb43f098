package outlets

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// Input is a new outlet.
type Input struct {
	TenantID      id.ID          `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	Name          string         `json:"name" minLength:"1" maxLength:"100" example:"Bella Vista Downtown"`
	Slug          string         `json:"slug,omitempty" maxLength:"60" example:"bella-vista-downtown" doc:"Made of the name where absent."`
	Description   string         `json:"description,omitempty" maxLength:"2000"`
	Status        Status         `json:"status,omitempty" enum:"active,inactive,temporarily_closed" doc:"Where absent, active."`
	Address       AddressInput   `json:"address"`
	Contact       ContactInput   `json:"contact"`
	BusinessHours []HoursInput   `json:"business_hours,omitempty" maxItems:"70" doc:"The weekly schedule. Without it no hours are stated, and bookings are not held to any."`
	Settings      SettingsChange `json:"settings,omitzero" doc:"What differs from the defaults."`
}

// AddressInput is the address of a new outlet.
type AddressInput struct {
	Street     string `json:"street" minLength:"1" maxLength:"200" example:"Jl. Sudirman 12"`
	City       string `json:"city" minLength:"1" maxLength:"100" example:"Jakarta"`
	State      string `json:"state,omitempty" maxLength:"100" example:"DKI Jakarta"`
	PostalCode string `json:"postal_code,omitempty" maxLength:"20" example:"10220"`
	Country    string `json:"country,omitempty" maxLength:"2" example:"ID" doc:"ISO 3166, two letters."`
}

// ContactInput is how a new outlet is reached.
type ContactInput struct {
	Phone   string `json:"phone" minLength:"1" maxLength:"40" example:"+622155512345"`
	Email   string `json:"email,omitempty" maxLength:"254" example:"downtown@bellavista.com"`
	Website string `json:"website,omitempty" maxLength:"500" example:"https://bellavista.com/downtown"`
}

// maxSlug is the longest slug that is created.
const maxSlug = 60

// Open opens an outlet. It fails with tenants.ErrOther,
// subscriptions.ErrOutletLimit and ErrSlugTaken.
func (o *Operations) Open(ctx context.Context, who access.Staff, in Input) (Outlet, error) {
	if err := ownTenant(who, in.TenantID); err != nil {
		return Outlet{}, err
	}
	week, err := in.check()
	if err != nil {
		return Outlet{}, err
	}
	var out Outlet
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		draft, err := in.draft(ctx, tx)
		if err != nil {
			return err
		}
		insert(tx, draft)
		replaceHours(tx, draft.ID, len(in.BusinessHours) > 0, week)
		if out, err = load(ctx, tx, draft.ID); err != nil {
			return err
		}
		audit.Record(tx, who, "outlet.created", "outlet", out.ID, nil, out)
		return nil
	})
	if db.IsConflict(err, slugConstraint) {
		return Outlet{}, ErrSlugTaken
	}
	return out, err
}

// draft completes the input with what the tenant has. The lock on its subscription
// keeps others from opening outlets, so that neither limit nor default is passed
// by two at once.
func (in Input) draft(ctx context.Context, tx *db.Tx) (Outlet, error) {
	candidates := []string{in.Slug}
	if in.Slug == "" {
		base := text.Slug(in.Name, maxSlug)
		if base == "" {
			base = "outlet"
		}
		candidates = text.Slugs(base, maxSlug)
	}
	plan, brand := subscriptions.QueueLocked(tx), tenants.Queue(tx)
	used, first, taken := queueOpening(tx, candidates)
	if err := tx.Flush(ctx); err != nil {
		return Outlet{}, err
	}
	if !subscriptions.Allows(plan.Value.Limits().Outlets, used.Value) {
		return Outlet{}, plan.Value.Plan.OutletLimit()
	}
	tenant, err := brand.Value.Tenant()
	if err != nil {
		return Outlet{}, err
	}
	free := slices.IndexFunc(candidates, func(slug string) bool { return !slices.Contains(taken.Rows, slug) })
	if free < 0 {
		return Outlet{}, ErrSlugTaken
	}
	standard := defaultsOf(tenant.Settings)
	return Outlet{
		ID: id.NewAt(tx.Now()), Name: in.Name, Slug: candidates[free], Description: in.Description, Status: in.Status,
		IsDefault: first.Value, Address: Address(in.Address), Contact: Contact(in.Contact),
		Settings: in.Settings.apply(standard, standard),
	}, nil
}

// check brings the input into its stored form.
func (in *Input) check() ([]span, error) {
	if in.Status == "" {
		in.Status = Active
	}
	in.Description = strings.TrimSpace(in.Description)
	if err := in.Settings.check("settings."); err != nil {
		return nil, err
	}
	address, contact := Address(in.Address), Contact(in.Contact)
	for _, f := range append(append([]field{
		{"name", &in.Name, required},
		{"slug", &in.Slug, cleanSlug},
	}, address.fields()...), contact.fields()...) {
		if err := f.tidy(); err != nil {
			return nil, err
		}
	}
	in.Address, in.Contact = AddressInput(address), ContactInput(contact)
	return parseWeek(in.BusinessHours)
}

// field is a text with the function that brings it into its stored form.
type field struct {
	path  string
	value *string
	clean func(path, raw string) (string, error)
}

func (f field) tidy() (err error) {
	*f.value, err = f.clean(f.path, *f.value)
	return err
}

func (a *Address) fields() []field {
	return []field{
		{"address.street", &a.Street, required}, {"address.city", &a.City, required},
		{"address.state", &a.State, line}, {"address.postal_code", &a.PostalCode, line},
		{"address.country", &a.Country, cleanCountry},
	}
}

func (c *Contact) fields() []field {
	return []field{
		{"contact.phone", &c.Phone, tenants.CleanPhone},
		{"contact.email", &c.Email, cleanEmail}, {"contact.website", &c.Website, tenants.CleanWebsite},
	}
}

func line(path, raw string) (string, error) {
	clean, err := text.Line(raw)
	if err != nil {
		return "", fault.InvalidField(path, "must be one line")
	}
	return clean, nil
}

func required(path, raw string) (string, error) {
	clean, err := line(path, raw)
	if err == nil && clean == "" {
		err = fault.InvalidField(path, "cannot be empty")
	}
	return clean, err
}

func cleanSlug(path, raw string) (string, error) {
	slug := strings.ToLower(strings.TrimSpace(raw))
	if slug != "" && !text.IsSlug(slug, maxSlug) {
		return "", fault.InvalidField(path, "must be letters and digits with single hyphens between")
	}
	return slug, nil
}

func cleanEmail(path, raw string) (string, error) {
	if strings.TrimSpace(raw) == "" {
		return "", nil
	}
	return tenants.CleanEmail(path, raw)
}

func cleanCountry(path, raw string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(raw))
	if code != "" && (len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return "", fault.InvalidField(path, "must be a country code of two letters such as ID")
	}
	return code, nil
}
