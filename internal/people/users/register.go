package users

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
	"reserva/internal/kit/token"
)

// Registration is what a business gives to begin.
type Registration struct {
	BusinessName  string `json:"business_name" maxLength:"200" example:"Bella Vista Spa"`
	BusinessEmail string `json:"business_email" maxLength:"254" example:"contact@bellavista.com"`
	BusinessPhone string `json:"business_phone" maxLength:"40" example:"+1-555-987-6543" doc:"Without a country it is read as Indonesian."`
	AdminEmail    string `json:"admin_email" maxLength:"254" example:"admin@bellavista.com"`
	AdminPassword string `json:"admin_password" maxLength:"1000" example:"SecurePass123!" doc:"8 to 128 characters with an upper-case and a lower-case letter, a digit and a symbol."`
	TermsAccepted bool   `json:"terms_accepted" example:"true" doc:"Must be true."`

	PrivacyAccepted *bool  `json:"privacy_accepted,omitempty" example:"true" doc:"Where given, must be true."`
	AdminFirstName  string `json:"admin_first_name,omitempty" maxLength:"50" example:"Ana"`
	AdminLastName   string `json:"admin_last_name,omitempty" maxLength:"50" example:"Reyes"`
	BusinessType    string `json:"business_type,omitempty" maxLength:"40" example:"spa"`
	Description     string `json:"description,omitempty" maxLength:"1000" example:"Massage and skin care in the old town."`
	Website         string `json:"website,omitempty" maxLength:"500" example:"https://bellavista.com"`
	PreferredSlug   string `json:"preferred_slug,omitempty" maxLength:"63" example:"bella-vista-spa"`
	Timezone        string `json:"timezone,omitempty" maxLength:"64" example:"Asia/Jakarta"`
	Currency        string `json:"currency,omitempty" maxLength:"3" example:"IDR"`
}

// Registered is the answer to a registration.
type Registered struct {
	TenantID        id.ID   `json:"tenant_id"`
	Slug            string  `json:"slug" example:"bella-vista-spa"`
	ClientPartnerID *string `json:"client_partner_id" doc:"The payment gateway's name of the business; null while the gateway has not answered."`
	UserID          id.ID   `json:"user_id"`
	Plan            string  `json:"plan" example:"free"`
	Message         string  `json:"message" example:"Your business is registered. You can sign in now."`
}

// draft is a registration whose fields were checked, as it is stored.
type draft struct {
	tenants.Draft
	explicit bool // the slug was asked for
	admin    newUser
	password string
}

// check refuses what cannot be registered and brings the rest into its stored
// form. It names every field that is wrong.
func (in Registration) check() (draft, error) {
	var d draft
	var bad []fault.Field
	keep := func(err error) {
		if f, ok := fault.As(err); ok {
			bad = append(bad, f.Fields...)
		}
	}
	refuse := func(path, message string) { keep(fault.InvalidField(path, message)) }
	clean := func(to *string, path, raw string, with func(path, raw string) (string, error)) {
		value, err := with(path, raw)
		keep(err)
		*to = value
	}
	clean(&d.Name, "business_name", in.BusinessName, tenants.CleanName)
	clean(&d.Email, "business_email", in.BusinessEmail, tenants.CleanEmail)
	clean(&d.Phone, "business_phone", in.BusinessPhone, tenants.CleanPhone)
	clean(&d.Website, "website", in.Website, tenants.CleanWebsite)
	clean(&d.admin.Email, "admin_email", in.AdminEmail, tenants.CleanEmail)
	clean(&d.admin.FirstName, "admin_first_name", in.AdminFirstName, cleanLine)
	clean(&d.admin.LastName, "admin_last_name", in.AdminLastName, cleanLine)
	d.Description, d.password = in.Description, in.AdminPassword

	if problem := token.CheckPassword(in.AdminPassword); problem != "" {
		refuse("admin_password", problem)
	}
	if !in.TermsAccepted {
		refuse("terms_accepted", "must be true")
	}
	if in.PrivacyAccepted != nil && !*in.PrivacyAccepted {
		refuse("privacy_accepted", "must be true")
	}
	kind, known := tenants.ParseBusinessType(in.BusinessType)
	if !known {
		refuse("business_type", "must be a known kind of business")
	}
	d.BusinessType = kind
	if in.PreferredSlug != "" {
		slug, ok := tenants.ParseSlug(in.PreferredSlug)
		if !ok {
			refuse("preferred_slug", "must be 3 to 50 letters, digits and single hyphens between them")
		}
		d.Slug, d.explicit = slug, true
	}
	if in.Timezone != "" && !tenants.KnownTimezone(in.Timezone) {
		refuse("timezone", "must be an IANA time zone such as Asia/Jakarta")
	}
	d.Timezone = in.Timezone
	if in.Currency != "" {
		currency, err := money.ParseCurrency(in.Currency)
		if err != nil {
			refuse("currency", "must be a currency of ISO 4217 such as IDR")
		}
		d.Currency = currency
	}
	if len(bad) > 0 {
		return draft{}, fault.ErrInvalid.WithFields(bad...)
	}
	return d, nil
}

func cleanLine(path, raw string) (string, error) {
	line, err := text.Line(raw)
	if err != nil {
		return "", fault.InvalidField(path, "must be one line")
	}
	return line, nil
}

// slugAttempts is how often a tidy slug may be snatched away by another
// registration before one is made that nobody else will have.
const slugAttempts = 3

// Register creates a business with its administrator, on FREE, active at once. It
// fails with ErrEmailTaken and, for a slug that was asked for, ErrSlugTaken. The
// payment gateway being away does not fail it.
func (o *Operations) Register(ctx context.Context, who access.Visitor, in Registration) (Registered, error) {
	d, err := in.check()
	if err != nil {
		return Registered{}, err
	}
	if d.explicit && tenants.SlugTaken(d.Slug) {
		return Registered{}, ErrSlugTaken
	}
	if d.admin.PasswordHash, err = o.hasher.Hash(ctx, d.password); err != nil {
		return Registered{}, err
	}
	tenant := id.New()
	d.admin.ID = id.New()
	for attempt := 1; attempt <= slugAttempts+1; attempt++ {
		err = o.create(ctx, who, tenant, &d, attempt > slugAttempts)
		if d.explicit || !db.IsConflict(err, tenants.SlugConstraint) {
			break
		}
	}
	switch {
	case db.IsConflict(err, tenants.SlugConstraint):
		return Registered{}, ErrSlugTaken
	case db.IsConflict(err, "users_email"):
		return Registered{}, ErrEmailTaken
	case err != nil:
		return Registered{}, err
	}
	return Registered{
		TenantID: tenant, Slug: d.Slug, UserID: d.admin.ID, Plan: subscriptions.Free.Lower(),
		ClientPartnerID: o.partnerNow(ctx, tenant, d.Draft),
		Message:         "Your business is registered. You can sign in now.",
	}, nil
}

// create writes everything that a business begins with, in one transaction. With
// spare, a slug of our making gets a suffix at once.
func (o *Operations) create(ctx context.Context, who access.Visitor, tenant id.ID, d *draft, spare bool) error {
	return o.db.Platform(ctx, "register a business", func(tx *db.Tx) (err error) {
		switch base := tenants.MakeSlug(d.Name); {
		case d.explicit:
		case spare:
			d.Slug = tenants.SpareSlug(base)
		default:
			if d.Slug, err = tenants.FreeSlug(ctx, tx, base); err != nil {
				return err
			}
		}
		tenants.Create(tx, tenant, d.Draft)
		insertAdmin(tx, tenant, d.admin)
		subscriptions.Open(tx, tenant)
		actor := access.Staff{UserID: d.admin.ID, Tenant: tenant, Role: access.TenantAdmin, Origin: who.Origin}
		audit.RecordIn(tx, tenant, actor, "tenant.registered", "tenant", tenant, nil,
			map[string]string{"slug": d.Slug, "name": d.Name})
		jobs.PublishAt(tx, tenants.Registered{TenantID: tenant}, tx.Now().Add(partnerGrace))
		return nil
	})
}
