package subscriptions

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
)

// ErrSlugTaken is a slug that another business has, or that nobody may have.
var ErrSlugTaken = fault.New(fault.Conflict, "tenant.slug_taken", "Another business has this slug.")

// Founding is a business that the operator creates.
type Founding struct {
	Name         string `json:"name" maxLength:"200" example:"Bella Vista Spa"`
	Email        string `json:"email" maxLength:"254" example:"contact@bellavista.com"`
	Phone        string `json:"phone" maxLength:"40" example:"+15559876543"`
	Slug         string `json:"slug,omitempty" maxLength:"63" example:"bella-vista-spa" doc:"Made of the name where absent."`
	Description  string `json:"description,omitempty" maxLength:"1000"`
	Website      string `json:"website,omitempty" maxLength:"500" example:"https://bellavista.com"`
	BusinessType string `json:"business_type,omitempty" maxLength:"40" example:"spa"`
	Timezone     string `json:"timezone,omitempty" maxLength:"64" example:"Asia/Jakarta"`
	Currency     string `json:"currency,omitempty" maxLength:"3" example:"IDR"`
	Plan         string `json:"plan,omitempty" enum:"free,pro,enterprise,FREE,PRO,ENTERPRISE" doc:"Where absent, free. A larger one is granted without an invoice."`
}

// check names every field that is wrong and brings the rest into its stored form.
func (in Founding) check() (tenants.Draft, error) {
	var bad []fault.Field
	keep := func(value string, err error) string {
		if f, ok := fault.As(err); ok {
			bad = append(bad, f.Fields...)
		}
		return value
	}
	d := tenants.Draft{
		Name:    keep(tenants.CleanName("name", in.Name)),
		Email:   keep(tenants.CleanEmail("email", in.Email)),
		Phone:   keep(tenants.CleanPhone("phone", in.Phone)),
		Website: keep(tenants.CleanWebsite("website", in.Website)),

		Description: in.Description, Timezone: in.Timezone,
	}
	known := true
	if d.BusinessType, known = tenants.ParseBusinessType(in.BusinessType); !known {
		keep("", fault.InvalidField("business_type", "must be a known kind of business"))
	}
	if in.Slug != "" {
		if d.Slug, known = tenants.ParseSlug(in.Slug); !known {
			keep("", fault.InvalidField("slug", "must be 3 to 50 letters, digits and single hyphens between them"))
		}
	}
	if in.Timezone != "" && !tenants.KnownTimezone(in.Timezone) {
		keep("", fault.InvalidField("timezone", "must be an IANA time zone such as Asia/Jakarta"))
	}
	if in.Currency != "" {
		currency, err := money.ParseCurrency(in.Currency)
		if err != nil {
			keep("", fault.InvalidField("currency", "must be a currency of ISO 4217 such as IDR"))
		}
		d.Currency = currency
	}
	if len(bad) > 0 {
		return tenants.Draft{}, fault.ErrInvalid.WithFields(bad...)
	}
	return d, nil
}

// foundAttempts is how often a slug of our making may be snatched away.
const foundAttempts = 3

// Found creates a business without users, active at once, for super admins, who may
// sign in to it and add some. It fails with ErrSlugTaken for a slug that was asked
// for.
func (o *Operations) Found(ctx context.Context, who access.Staff, in Founding) (tenants.Tenant, error) {
	draft, err := in.check()
	if err != nil {
		return tenants.Tenant{}, err
	}
	if tenants.SlugTaken(draft.Slug) {
		return tenants.Tenant{}, ErrSlugTaken
	}
	plan, ok := ParsePlan(in.Plan)
	if !ok {
		plan = Free
	}
	var out tenants.Tenant
	for attempt := 1; attempt <= foundAttempts; attempt++ {
		out, err = o.found(ctx, who, draft, plan)
		if draft.Slug != "" || !db.IsConflict(err, tenants.SlugConstraint) {
			break
		}
	}
	if db.IsConflict(err, tenants.SlugConstraint) {
		return tenants.Tenant{}, ErrSlugTaken
	}
	return out, err
}

func (o *Operations) found(ctx context.Context, who access.Staff, draft tenants.Draft, plan Plan) (tenants.Tenant, error) {
	var out tenants.Tenant
	err := o.db.Platform(ctx, "create a business", func(tx *db.Tx) (err error) {
		tenant, d := id.NewAt(tx.Now()), draft
		if d.Slug == "" {
			if d.Slug, err = tenants.FreeSlug(ctx, tx, tenants.MakeSlug(d.Name)); err != nil {
				return err
			}
		}
		tenants.Create(tx, tenant, d)
		Open(tx, tenant)
		if plan != Free {
			setPlan(tx, tenant, Current{Plan: Free, Timezone: d.Timezone}, plan)
		}
		if out, err = tenants.Load(ctx, tx, tenant); err != nil {
			return err
		}
		audit.RecordIn(tx, tenant, who, "tenant.created", "tenant", tenant, nil, out)
		jobs.Publish(tx, tenants.Registered{TenantID: tenant})
		return nil
	})
	return out, err
}

// Terms tell package tenants what the plans allow.
type Terms struct{}

// OwnCategories implements tenants.Plans.
func (Terms) OwnCategories(plan string) bool { return Plan(plan).Limits().CategoryTemplates }

// FeeRates implements tenants.Plans.
func (Terms) FeeRates(ctx context.Context, tx *db.Tx) (ofPlan, effective money.Rate, err error) {
	basis := QueueFee(tx)
	if err := tx.Flush(ctx); err != nil {
		return 0, 0, err
	}
	standing := basis.Value.Basis
	standing.Override, standing.Own = nil, false
	return standing.Terms(tx.Now()).Rate, basis.Value.Basis.Terms(tx.Now()).Rate, nil
}
