package staff

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Staff"

// Path names one staff member.
type Path struct {
	StaffID string `path:"staff_id" doc:"Id of the staff member." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

type createInput struct{ Body Input }

type changeInput struct {
	Path
	Body Change
}

type skillsInput struct {
	Path
	Body SkillsInput
}

type outletsInput struct {
	Path
	Body struct {
		OutletIDs []id.ID `json:"outlet_ids" maxItems:"100" doc:"All outlets; the primary one stays among them."`
	}
}

type commissionInput struct {
	Path
	Body Commission
}

type listInput struct {
	Filter
	api.Page
}

type summaryInput struct {
	OutletID id.ID `query:"outlet_id" doc:"Only the staff of this outlet."`
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	registerReading(a, o)
	registerPerformance(a, o)
	registerWriting(a, o)
	registerAssigning(a, o)
}

func registerReading(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/staff", ID: "list-staff", Tag: tag,
		Summary: "List staff members",
		Description: "The staff of the outlets that you may see, and yourself. Pay is shown to managers only. " +
			"Search is taken literally.",
	}, access.StaffRead, func(ctx context.Context, who access.Staff, in *listInput) (*api.List[Member], error) {
		return o.List(ctx, who, in.Filter, in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/staff/statistics/summary", ID: "summarise-staff", Tag: tag,
		Summary:     "Count staff members",
		Description: "Of the outlets that you may see.",
	}, access.StaffRead, func(ctx context.Context, who access.Staff, in *summaryInput) (*Summary, error) {
		out, err := o.Summary(ctx, who, in.OutletID)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/staff/positions/templates", ID: "list-staff-positions", Tag: tag,
		Summary:     "List the positions that the business offers",
		Description: "From the setting staff_position_templates; any other text may be used as a position.",
	}, access.StaffRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Templates, error) {
		out, err := o.Templates(ctx, who)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/staff/{staff_id}", ID: "get-staff", Tag: tag,
		Summary:     "Read a staff member",
		Description: "With the next start that can be booked. Pay is shown to managers only.",
		Errors:      []*fault.Error{ErrNotFound, outlets.ErrOutOfScope},
	}, access.StaffRead, func(ctx context.Context, who access.Staff, in *Path) (*Member, error) {
		out, err := o.Read(ctx, who, api.ID(in.StaffID))
		return &out, err
	})
}

type performanceInput struct {
	Path
	FromDate civil.Date `query:"from_date" required:"false" doc:"At the primary outlet; where absent, the first of the month of to_date."`
	ToDate   civil.Date `query:"to_date" required:"false" doc:"Inclusive; where absent, today."`
}

func registerPerformance(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/staff/{staff_id}/performance", ID: "get-staff-performance", Tag: tag,
		Summary: "Sum up what a staff member did",
		Description: "Of the services that begin in the period, of at most 366 days. The commission is that of today's agreement: a service's " +
			"own rate, else the highest tier that the revenue of the calendar month within the period reaches, else the base rate. " +
			"Staff members see their own, without the commission.",
		Errors: []*fault.Error{ErrNotFound, outlets.ErrOutOfScope, ErrManagers},
	}, access.StaffRead, func(ctx context.Context, who access.Staff, in *performanceInput) (*Performance, error) {
		out, err := o.Performance(ctx, who, api.ID(in.StaffID), in.FromDate, in.ToDate)
		return &out, err
	})
}

func registerWriting(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/staff", ID: "create-staff", Tag: tag, Status: http.StatusCreated,
		Summary: "Add a staff member",
		Description: "At an outlet that you manage. The plan limits the active staff members of each outlet. A staff member " +
			"is not an account; user_id links one to a user of the staff portal.",
		Errors: []*fault.Error{
			outlets.ErrNotFound, outlets.ErrOutOfScope, tenants.ErrOther, ErrUnknownService, ErrUnknownUser,
			ErrEmailTaken, ErrUserTaken, subscriptions.ErrStaffLimit,
		},
		Idempotent: true,
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *createInput) (*Member, error) {
		out, err := o.Create(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/staff/{staff_id}", ID: "update-staff", Tag: tag,
		Summary: "Change a staff member",
		Description: "A partial update: what is absent stays. Staff members may change the bio, the picture and the " +
			"Instagram handle of their own profile. Nobody becomes inactive or terminated while appointments with them are coming up. " +
			"Who is put on leave is not booked any more; what is booked stands, and is named.",
		Errors: []*fault.Error{
			ErrNotFound, outlets.ErrNotFound, outlets.ErrOutOfScope, tenants.ErrOther, ErrManagers, ErrOwnProfile,
			ErrUnknownService, ErrUnknownUser, ErrEmailTaken, ErrUserTaken, ErrUpcoming, subscriptions.ErrStaffLimit,
		},
	}, access.StaffWriteOwn, func(ctx context.Context, who access.Staff, in *changeInput) (*Member, error) {
		out, err := o.Update(ctx, who, api.ID(in.StaffID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/staff/{staff_id}", ID: "delete-staff", Tag: tag,
		Summary:     "Remove a staff member",
		Description: "Refused while appointments are coming up, which are named. The record and what was booked stay.",
		Errors:      []*fault.Error{ErrNotFound, outlets.ErrOutOfScope, ErrManagers, ErrUpcoming},
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *Path) (*api.None, error) {
		return nil, o.Remove(ctx, who, api.ID(in.StaffID))
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/staff/{staff_id}/restore", ID: "restore-staff", Tag: tag,
		Summary:     "Bring back a removed staff member",
		Description: "Active again, if the plan has room and nobody else has the e-mail address.",
		Errors: []*fault.Error{
			ErrNotFound, outlets.ErrNotFound, outlets.ErrOutOfScope, ErrNotRemoved, ErrEmailTaken, ErrUserTaken,
			subscriptions.ErrStaffLimit,
		},
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *Path) (*Member, error) {
		out, err := o.Restore(ctx, who, api.ID(in.StaffID))
		return &out, err
	})
}

func registerAssigning(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/staff/{staff_id}/skills", ID: "set-staff-skills", Tag: tag,
		Summary:     "Set what a staff member can be booked for",
		Description: "Replaces all skills. What is booked already stays.",
		Errors:      []*fault.Error{ErrNotFound, outlets.ErrOutOfScope, ErrManagers, ErrUnknownService},
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *skillsInput) (*Member, error) {
		out, err := o.SetSkills(ctx, who, api.ID(in.StaffID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/staff/{staff_id}/outlets", ID: "set-staff-outlets", Tag: tag,
		Summary:     "Set where a staff member works",
		Description: "Replaces all outlets but the primary one. An outlet cannot be left while appointments are coming up there.",
		Errors: []*fault.Error{
			ErrNotFound, outlets.ErrNotFound, outlets.ErrOutOfScope, ErrManagers, ErrUpcoming, subscriptions.ErrStaffLimit,
		},
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *outletsInput) (*Member, error) {
		out, err := o.SetOutlets(ctx, who, api.ID(in.StaffID), in.Body.OutletIDs)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/staff/{staff_id}/commission", ID: "set-staff-commission", Tag: tag,
		Summary:     "Set a staff member's commission",
		Description: "Replaces the whole commission. Rates are fractions between 0 and 1; those of services name services of the business.",
		Errors:      []*fault.Error{ErrNotFound, outlets.ErrOutOfScope, ErrManagers, ErrUnknownService},
	}, access.StaffWrite, func(ctx context.Context, who access.Staff, in *commissionInput) (*Member, error) {
		out, err := o.SetCommission(ctx, who, api.ID(in.StaffID), in.Body)
		return &out, err
	})
}
