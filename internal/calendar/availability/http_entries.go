package availability

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const entriesTag = "Availability"

type addInput struct{ Body EntryInput }

type bulkInput struct{ Body BulkInput }

type entriesInput struct {
	EntryFilter
	api.Page
}

// EntryPath names one entry.
type EntryPath struct {
	AvailabilityID string `path:"availability_id" doc:"Id of the entry." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// ScopeQuery says how much of a recurring set is meant.
type ScopeQuery struct {
	Scope string `query:"scope" enum:"single,following,all" default:"single" doc:"Of a recurring set: this entry, it and the later ones, or all."`
}

type changeEntryInput struct {
	EntryPath
	ScopeQuery
	Body EntryChange
}

type removeEntryInput struct {
	EntryPath
	ScopeQuery
}

type scheduleInput struct {
	StaffID string `path:"staff_id" doc:"Id of the staff member." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
	ScheduleAsk
}

type checkInput struct {
	StaffID   id.ID          `query:"staff_id" required:"true"`
	Date      civil.Date     `query:"date" required:"true"`
	StartTime api.ClockParam `query:"start_time" required:"true"`
	EndTime   api.ClockParam `query:"end_time" required:"true"`
	ServiceID id.ID          `query:"service_id" doc:"Then the service's rules and the staff member's skills count as well."`
}

const ownEntries = " Staff members and outlet managers act on their own schedule only, administrators on all; the setting " +
	"managers_can_schedule opens the schedules of an outlet to its managers."

// RegisterEntries registers the endpoints of working hours, breaks, blocked time and
// vacation.
func RegisterEntries(a *api.API, o *Operations) {
	registerEntryReads(a, o)
	registerEntryWrites(a, o)
	registerExplain(a, o)
}

func registerEntryReads(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability", ID: "list-availability", Tag: entriesTag,
		Summary: "List availability entries",
		Description: "In order of date and time, this month's where no dates are given. Receptionists read those of their " +
			"outlets." + ownEntries,
		Errors: []*fault.Error{ErrDateRange, ErrOwnEntries},
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *entriesInput) (*api.List[Entry], error) {
		return o.Entries(ctx, who, in.EntryFilter, in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability/check", ID: "check-availability", Tag: entriesTag,
		Summary: "Check whether a staff member is free",
		Description: "Decided as a booking at the desk would be: opening hours, working hours, time off and what is booked. " +
			"Where not, the answer says why and what stands in the way.",
		Errors: []*fault.Error{ErrStaffNotFound, ErrServiceNotFound, ErrOwnEntries, ErrOutletClosed, ErrLocalTimeInGap},
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *checkInput) (*Check, error) {
		out, err := o.Check(ctx, who, CheckAsk{
			Staff: in.StaffID, Date: in.Date, Start: in.StartTime.Clock, End: in.EndTime.Clock, Service: in.ServiceID,
		})
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability/staff/{staff_id}", ID: "get-staff-schedule", Tag: entriesTag,
		Summary:     "Read a staff member's schedule",
		Description: "All entries of the dates, in order of date and time, without pages." + ownEntries,
		Errors:      []*fault.Error{ErrStaffNotFound, ErrOwnEntries, ErrDateRange},
		Aliases:     []string{"/staff/{staff_id}/schedule"},
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *scheduleInput) (*[]Entry, error) {
		out, err := o.Schedule(ctx, who, api.ID(in.StaffID), in.ScheduleAsk)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability/{availability_id}", ID: "get-availability", Tag: entriesTag,
		Summary:     "Read an availability entry",
		Description: "With the seats that are booked in it." + ownEntries,
		Errors:      []*fault.Error{ErrEntryNotFound, ErrOwnEntries},
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *EntryPath) (*Entry, error) {
		out, err := o.Entry(ctx, who, api.ID(in.AvailabilityID))
		return &out, err
	})
}

func registerEntryWrites(a *api.API, o *Operations) {
	addErrors := []*fault.Error{
		ErrStaffNotFound, ErrOwnEntries, tenants.ErrOther, ErrEntryOutlet, ErrEntryService, ErrEntryConflict, ErrStrayBreak,
	}
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/availability", ID: "create-availability", Tag: entriesTag, Status: http.StatusCreated,
		Summary: "Write an availability entry, or a recurring set",
		Description: "A set is written for up to 365 dates and answered by a summary. Working hours never overlap working " +
			"hours, breaks never overlap breaks, and blocked time and vacation never overlap each other; they may be laid " +
			"over hours and breaks, and make the time unbookable. Times are those of the outlet's wall clock, also on days " +
			"when it is changed. A break outside working hours is taken with a warning, or refused where the setting " +
			"strict_breaks says so." + ownEntries,
		Errors: addErrors, Idempotent: true,
	}, access.AvailabilityWrite, func(ctx context.Context, who access.Staff, in *addInput) (*api.OneOf[Added, Series], error) {
		out, err := o.AddEntry(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/availability/bulk", ID: "create-availability-bulk", Tag: entriesTag, Status: http.StatusCreated,
		Summary: "Write up to 50 availability entries",
		Description: "Of one staff member and of any types: all of them or none. They must not conflict with one another " +
			"either." + ownEntries,
		Errors: addErrors, Idempotent: true,
	}, access.AvailabilityWrite, func(ctx context.Context, who access.Staff, in *bulkInput) (*Bulk, error) {
		out, err := o.AddEntries(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/availability/{availability_id}", ID: "update-availability", Tag: entriesTag,
		Summary: "Change an availability entry",
		Description: "A partial update: what is absent stays. Appointments in time that is lost stand; the answer lists " +
			"them." + ownEntries,
		Errors: append([]*fault.Error{ErrEntryNotFound}, addErrors...),
	}, access.AvailabilityWrite, func(ctx context.Context, who access.Staff, in *changeEntryInput) (*Changed, error) {
		out, err := o.ChangeEntry(ctx, who, api.ID(in.AvailabilityID), Scope(in.Scope), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/availability/{availability_id}", ID: "delete-availability", Tag: entriesTag,
		Summary:     "Remove an availability entry",
		Description: "Appointments in working hours that go stand; the answer lists them." + ownEntries,
		Errors:      []*fault.Error{ErrEntryNotFound, ErrOwnEntries, ErrStrayBreak}, Status: http.StatusOK,
	}, access.AvailabilityWrite, func(ctx context.Context, who access.Staff, in *removeEntryInput) (*Removed, error) {
		out, err := o.RemoveEntry(ctx, who, api.ID(in.AvailabilityID), Scope(in.Scope))
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/availability/bulk-delete", ID: "delete-availability-bulk", Tag: entriesTag,
		Summary:     "Remove up to 100 availability entries",
		Description: "All of them or none. Appointments in working hours that go stand; the answer lists them." + ownEntries,
		Errors:      []*fault.Error{ErrEntryNotFound, ErrOwnEntries, ErrStrayBreak},
	}, access.AvailabilityWrite, func(ctx context.Context, who access.Staff, in *struct{ Body BulkRemoval }) (*Removed, error) {
		out, err := o.RemoveEntries(ctx, who, in.Body)
		return &out, err
	})
}
