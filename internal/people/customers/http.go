package customers

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/token"
)

const tag = "Customers"

// Path names one customer. Fields of an unexported struct are not read when it is embedded.
type Path struct {
	CustomerID string `path:"customer_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

type listInput struct {
	Filter
	api.Page
}

type createInput struct {
	Body Entry
}

type changeInput struct {
	Path
	Body Changes
}

type preferencesInput struct {
	Path
	Body PreferencesChanges
}

type historyInput struct {
	Path
	HistoryFilter
	api.Page
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers", ID: "list-customers", Tag: tag,
		Summary:     "List customers",
		Description: "All customers of the business, registered ones, walk-ins and guests. Search is taken literally.",
	}, access.CustomersRead, func(ctx context.Context, who access.Staff, in *listInput) (*api.List[Customer], error) {
		return o.List(ctx, who, in.Filter, in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/customers", ID: "create-customer", Tag: tag, Status: http.StatusCreated,
		Summary: "Enter a customer",
		Description: "With a password, the customer may sign in to the customer portal; without one it is a walk-in, tagged " +
			"staff-created. A duplicate answer names the field and the customer who has it.",
		Errors: []*fault.Error{ErrEmailTaken, ErrPhoneTaken, ErrPreference, tenants.ErrOther, token.ErrBusy}, Idempotent: true,
	}, access.CustomersAdd, func(ctx context.Context, who access.Staff, in *createInput) (*Customer, error) {
		out, err := o.Create(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers/statistics/summary", ID: "summarise-customers", Tag: tag,
		Summary:     "Summarise customers",
		Description: "Counts, revenue, retention, segments and the best customers.",
	}, access.CustomersReports, func(ctx context.Context, who access.Staff, in *Period) (*Summary, error) {
		out, err := o.Summary(ctx, who, *in)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers/{customer_id}", ID: "get-customer", Tag: tag,
		Summary:     "Read a customer",
		Description: "The customer with counts, dates and sums of their appointments.",
		Errors:      []*fault.Error{ErrUnknown},
	}, access.CustomersRead, func(ctx context.Context, who access.Staff, in *Path) (*Customer, error) {
		out, err := o.Read(ctx, who, api.ID(in.CustomerID))
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/customers/{customer_id}", ID: "update-customer", Tag: tag,
		Summary:     "Change a customer",
		Description: "A partial update: what is absent stays. A new e-mail address or phone number is no longer verified.",
		Errors:      []*fault.Error{ErrUnknown, ErrEmailTaken, ErrPhoneTaken, ErrPreference, tenants.ErrOther},
	}, access.CustomersWrite, func(ctx context.Context, who access.Staff, in *changeInput) (*Customer, error) {
		out, err := o.Change(ctx, who, api.ID(in.CustomerID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/customers/{customer_id}", ID: "delete-customer", Tag: tag, Status: http.StatusOK,
		Summary:     "Remove a customer",
		Description: "The customer is hidden and signed out everywhere; appointments and payments stay.",
		Errors:      []*fault.Error{ErrUnknown},
	}, access.CustomersDelete, func(ctx context.Context, who access.Staff, in *Path) (*api.Message, error) {
		return api.NewMessage("The customer was removed."), o.Remove(ctx, who, api.ID(in.CustomerID))
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/customers/{customer_id}/preferences", ID: "update-customer-preferences", Tag: tag,
		Summary:     "Change a customer's preferences",
		Description: "A partial update: what is absent stays.",
		Errors:      []*fault.Error{ErrUnknown, ErrPreference},
	}, access.CustomersAdd, func(ctx context.Context, who access.Staff, in *preferencesInput) (*Preferences, error) {
		out, err := o.ChangePreferencesOf(ctx, who, api.ID(in.CustomerID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers/{customer_id}/appointments", ID: "list-customer-appointments", Tag: tag,
		Summary:     "List a customer's appointments",
		Description: "The appointments in the outlets that you may see, the latest first, with counts over all of them.",
		Errors:      []*fault.Error{ErrUnknown},
	}, access.CustomersRead, func(ctx context.Context, who access.Staff, in *historyInput) (*History, error) {
		out, err := o.History(ctx, who, api.ID(in.CustomerID), in.HistoryFilter, in.Page)
		return &out, err
	})
}
