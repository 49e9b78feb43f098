package tenants

import (
	"context"
	"io"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

type settingsByID struct {
	Path
	Body SettingsChange
}

type templatesByID struct {
	Path
	Body Templates
}

type logoForm struct {
	Logo    api.Upload `form:"logo" required:"false" contentType:"image/png,image/jpeg,image/gif,application/octet-stream" doc:"A picture of at most 2000 × 2000 pixels."`
	LogoURL string     `form:"logo_url" required:"false" maxLength:"500" example:"https://bellavista.com/logo.png" doc:"Instead: where the picture is."`
}

type logoByID struct {
	Path
	RawBody api.UploadForm[logoForm]
}

// registerConfiguration adds what the administrators of a business set up.
func registerConfiguration(a *api.API, o *Operations) {
	within := []*fault.Error{ErrOther, ErrUnknown}

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/settings", ID: "get-tenant-settings", Tag: tag,
		Summary: "Read the settings of a business", Errors: within,
		Description: "All of them, those that were never set with their defaults.",
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *Path) (*Settings, error) {
		settings, err := o.Settings(ctx, who, api.ID(in.TenantID))
		return &settings, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/settings", ID: "update-tenant-settings", Tag: tag,
		Summary: "Change settings of a business",
		Description: "Merged key by key: what is absent stays, null brings back the default, unknown keys are refused. " +
			"Changes act at once on all outlets.",
		Errors: []*fault.Error{ErrOther, ErrUnknown, ErrOwnCategories},
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *settingsByID) (*Settings, error) {
		settings, err := o.ChangeSettings(ctx, who, api.ID(in.TenantID), in.Body)
		return &settings, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/tenants/{tenant_id}/logo", ID: "set-tenant-logo", Tag: tag,
		Summary: "Set the logo of a business", MaxBody: maxUpload,
		Description: "A form with the picture as the part `logo`, or its address on the web as the part `logo_url`. A picture " +
			"is written anew, so that nothing but the picture is kept, and shown to anybody at the address that is answered.",
		Errors: []*fault.Error{ErrOther, ErrUnknown, ErrPicture},
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *logoByID) (*Logo, error) {
		form := in.RawBody.Data()
		var upload io.Reader
		if form.Logo.IsSet {
			defer form.Logo.Close()
			upload = form.Logo
		}
		logo, err := o.SetLogo(ctx, who, api.ID(in.TenantID), upload, form.LogoURL)
		return &logo, err
	})

	registerTemplates(a, o)
	registerGateway(a, o)
	registerMaya(a, o)
}

func registerTemplates(a *api.API, o *Operations) {
	within := []*fault.Error{ErrOther, ErrUnknown}

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/category-templates", ID: "get-category-templates", Tag: tag,
		Summary: "Read the suggested service categories", Errors: within,
		Description: "In lower snake case; clients show them as titles. A business begins with those of its kind.",
	}, access.TenantRead, func(ctx context.Context, who access.Staff, in *Path) (*Templates, error) {
		templates, err := o.CategoryTemplates(ctx, who, api.ID(in.TenantID))
		return &templates, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/category-templates", ID: "set-category-templates", Tag: tag,
		Summary:     "Replace the suggested service categories",
		Description: "Brought into lower snake case. FREE keeps the list that it began with.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown, ErrOwnCategories},
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *templatesByID) (*Templates, error) {
		templates, err := o.SetCategoryTemplates(ctx, who, api.ID(in.TenantID), in.Body)
		return &templates, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/position-templates", ID: "get-position-templates", Tag: tag,
		Summary: "Read the suggested positions of staff members", Errors: within,
		Description: "A business begins with those of its kind.",
	}, access.TenantRead, func(ctx context.Context, who access.Staff, in *Path) (*Templates, error) {
		templates, err := o.PositionTemplates(ctx, who, api.ID(in.TenantID))
		return &templates, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/position-templates", ID: "set-position-templates", Tag: tag,
		Summary: "Replace the suggested positions of staff members", Errors: within,
		Description: "Lines of up to 100 characters, repetitions left out.",
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *templatesByID) (*Templates, error) {
		templates, err := o.SetPositionTemplates(ctx, who, api.ID(in.TenantID), in.Body)
		return &templates, err
	})
}

type gatewayByID struct {
	Path
	Body GatewayChange
}

func registerGateway(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/paper-id-config", ID: "get-paper-id-config", Tag: tag,
		Summary:     "Read the business's own Paper.id account",
		Description: "Without its secret, which is kept encrypted and never shown. 404 until an account was stored.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown, ErrNoGateway},
	}, access.BillingRead, func(ctx context.Context, who access.Staff, in *Path) (*Gateway, error) {
		gateway, err := o.Gateway(ctx, who, api.ID(in.TenantID))
		return &gateway, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/paper-id-config", ID: "set-paper-id-config", Tag: tag,
		Summary: "Store the business's own Paper.id account",
		Description: "While it is enabled, payment links are made at this account: the money goes to the business at once, " +
			"without the platform's fee and without entering the balance that can be withdrawn. Send the secret only when it " +
			"is new. What another account was asked to collect is settled there.",
		Errors: []*fault.Error{ErrOther, ErrUnknown},
	}, access.BillingWrite, func(ctx context.Context, who access.Staff, in *gatewayByID) (*Gateway, error) {
		gateway, err := o.SetGateway(ctx, who, api.ID(in.TenantID), in.Body)
		return &gateway, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/tenants/{tenant_id}/paper-id-config", ID: "disable-paper-id-config", Tag: tag,
		Summary:     "Disable the business's own Paper.id account",
		Description: "Payment links are made at the platform's account again. The stored account stays, to be enabled again.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown, ErrNoGateway},
	}, access.BillingWrite, func(ctx context.Context, who access.Staff, in *Path) (*api.Message, error) {
		return api.NewMessage("Paper.id account disabled."), o.DisableGateway(ctx, who, api.ID(in.TenantID))
	})
}
