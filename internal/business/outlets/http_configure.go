package outlets

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

type weekInput struct {
	ByID
	Body WeekInput
}

type settingsInput struct {
	ByID
	Body SettingsChange
}

type datesInput struct {
	ByID
	From api.DateParam `query:"from_date" doc:"The first date to list."`
	To   api.DateParam `query:"to_date" doc:"The last date to list."`
}

type specialInput struct {
	ByID
	Body SpecialInput
}

type byDate struct {
	ByID
	Date api.DateParam `path:"date"`
}

type byDateQuery struct {
	ByID
	Date api.DateParam `query:"date" required:"true"`
}

// registerConfiguration adds what the managers of an outlet may do as well.
func registerConfiguration(a *api.API, o *Operations) {
	inReach := []*fault.Error{ErrNotFound, ErrOutOfScope}

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets/{outlet_id}/business-hours", ID: "get-business-hours", Tag: tag,
		Summary: "Read the weekly hours", Errors: inReach,
		Description: "By the wall clock of the outlet, in order of day and time; a day without an entry is closed.",
	}, access.OutletsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Schedule, error) {
		schedule, err := o.Schedule(ctx, who, api.ID(in.OutletID))
		return &schedule, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/outlets/{outlet_id}/business-hours", ID: "set-business-hours", Tag: tag,
		Summary: "Replace the weekly hours", Errors: inReach,
		Description: "Several intervals of a day are several entries; they may touch but not overlap. Days that are not " +
			"named are closed. What is booked outside the new hours stays.",
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *weekInput) (*Schedule, error) {
		schedule, err := o.SetSchedule(ctx, who, api.ID(in.OutletID), in.Body)
		return &schedule, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets/{outlet_id}/settings", ID: "get-outlet-settings", Tag: tag,
		Summary: "Read the settings", Errors: inReach,
		Description: "All of them, those that were never set with their defaults.",
	}, access.OutletsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Settings, error) {
		settings, err := o.Settings(ctx, who, api.ID(in.OutletID))
		return &settings, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/outlets/{outlet_id}/settings", ID: "update-outlet-settings", Tag: tag,
		Summary: "Change settings", Errors: append(inReach[:len(inReach):len(inReach)], ErrClockInUse),
		Description: "Merged key by key: what is absent stays, and null brings back the default. The time zone stays while appointments are coming up.",
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *settingsInput) (*Settings, error) {
		settings, err := o.ChangeSettings(ctx, who, api.ID(in.OutletID), in.Body)
		return &settings, err
	})

	registerDates(a, o)
}

func registerDates(a *api.API, o *Operations) {
	inReach := []*fault.Error{ErrNotFound, ErrOutOfScope}
	clearing := []*fault.Error{ErrNotFound, ErrOutOfScope, ErrDateNotFound}

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets/{outlet_id}/special-hours", ID: "list-special-hours", Tag: tag,
		Summary: "List the dates that differ from the week", Errors: inReach,
		Description: "Holidays and dates with hours of their own, in order of date.",
	}, access.OutletsRead, func(ctx context.Context, who access.Staff, in *datesInput) (*Dates, error) {
		dates, err := o.SpecialDates(ctx, who, api.ID(in.OutletID), in.From.Date, in.To.Date)
		return &dates, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/outlets/{outlet_id}/special-hours", ID: "set-special-hours", Tag: tag,
		Summary: "Set the hours of a date", Status: http.StatusCreated, Errors: inReach, Idempotent: true,
		Description: "The date is closed, or open at hours of its own, in place of what was set for it before.",
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *specialInput) (*SpecialDate, error) {
		date, err := o.SetSpecialDate(ctx, who, api.ID(in.OutletID), in.Body)
		return &date, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/outlets/{outlet_id}/special-hours/{date}", ID: "clear-special-hours", Tag: tag,
		Summary: "Give a date back to the week", Errors: clearing,
		Description: "From then on the weekly hours count on that date.",
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *byDate) (*api.Message, error) {
		return api.NewMessage("Special hours deleted."), o.ClearSpecialDate(ctx, who, api.ID(in.OutletID), in.Date.Date)
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/outlets/{outlet_id}/special-hours", ID: "clear-special-hours-of", Tag: tag,
		Summary: "Give a date back to the week, named in the query", Errors: clearing,
		Description: "For clients that name the date in the query; otherwise the same as the path with the date.",
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *byDateQuery) (*api.Message, error) {
		return api.NewMessage("Special hours deleted."), o.ClearSpecialDate(ctx, who, api.ID(in.OutletID), in.Date.Date)
	})
}
