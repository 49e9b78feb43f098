package tenants

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Settings reads the settings alone. It fails with ErrOther and ErrUnknown.
func (o *Operations) Settings(ctx context.Context, who access.Staff, tenant id.ID) (Settings, error) {
	found, err := o.Get(ctx, who, tenant)
	return found.Settings, err
}

// ChangeSettings merges settings key by key. It fails with ErrOther, ErrUnknown and
// ErrOwnCategories.
func (o *Operations) ChangeSettings(ctx context.Context, who access.Staff, tenant id.ID, in SettingsChange) (Settings, error) {
	if err := reach(who, tenant); err != nil {
		return Settings{}, err
	}
	change := Change{Settings: in}
	if err := change.checkAt(""); err != nil {
		return Settings{}, err
	}
	out, err := o.change(ctx, who, tenant, "tenant.settings_changed", change)
	return out.Settings, err
}

// Templates is a list of suggestions.
type Templates struct {
	Templates []string `json:"templates" maxItems:"100" example:"[\"massage\",\"facial\"]"`
}

// CategoryTemplates reads the suggested service categories. It fails with ErrOther
// and ErrUnknown.
func (o *Operations) CategoryTemplates(ctx context.Context, who access.Staff, tenant id.ID) (Templates, error) {
	settings, err := o.Settings(ctx, who, tenant)
	return Templates{settings.ServiceCategoryTemplates}, err
}

// SetCategoryTemplates replaces them. It fails with ErrOther, ErrUnknown and, on
// FREE, ErrOwnCategories.
func (o *Operations) SetCategoryTemplates(ctx context.Context, who access.Staff, tenant id.ID, in Templates) (Templates, error) {
	settings, err := o.setTemplates(ctx, who, tenant, OptionsChange{ServiceCategoryTemplates: opt.Some(in.Templates)})
	return Templates{settings.ServiceCategoryTemplates}, err
}

// PositionTemplates reads the suggested positions of staff members. It fails with
// ErrOther and ErrUnknown.
func (o *Operations) PositionTemplates(ctx context.Context, who access.Staff, tenant id.ID) (Templates, error) {
	settings, err := o.Settings(ctx, who, tenant)
	return Templates{settings.StaffPositionTemplates}, err
}

// SetPositionTemplates replaces them. It fails with ErrOther and ErrUnknown.
func (o *Operations) SetPositionTemplates(ctx context.Context, who access.Staff, tenant id.ID, in Templates) (Templates, error) {
	settings, err := o.setTemplates(ctx, who, tenant, OptionsChange{StaffPositionTemplates: opt.Some(in.Templates)})
	return Templates{settings.StaffPositionTemplates}, err
}

// setTemplates changes one list, which stands at "templates" in the body.
func (o *Operations) setTemplates(ctx context.Context, who access.Staff, tenant id.ID, options OptionsChange) (Settings, error) {
	if err := reach(who, tenant); err != nil {
		return Settings{}, err
	}
	if !cleanTemplates(&options.StaffPositionTemplates, asTyped) || !cleanTemplates(&options.ServiceCategoryTemplates, Category) {
		return Settings{}, errTemplates
	}
	out, err := o.change(ctx, who, tenant, "tenant.settings_changed", Change{Settings: SettingsChange{OptionsChange: options}})
	return out.Settings, err
}
