package feeds

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/calendar/staff"
	"reserva/internal/kit/fault"
)

const tag = "Calendar feeds"

// StaffPath names the staff member whose feed it is.
type StaffPath struct {
	StaffID string `path:"staff_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// OutletPath names the outlet whose feed it is.
type OutletPath struct {
	OutletID string `path:"outlet_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

const shownText = "The feed shows the past 30 days and the next 180: services, times, places, and customers by their initials; of a group how many come. "

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	register(a, o, diary[StaffPath]{
		path: "/staff/{staff_id}/calendar-feed", id: "staff-calendar-feed", of: "a staff member", need: access.StaffWriteOwn,
		who:    "Staff members have their own feed, managers those of the staff of their outlets. ",
		faults: []*fault.Error{staff.ErrNotFound, staff.ErrManagers, outlets.ErrOutOfScope},
		owner:  func(in *StaffPath) owner { return owner{id: api.ID(in.StaffID)} },
	})
	register(a, o, diary[OutletPath]{
		path: "/outlets/{outlet_id}/calendar-feed", id: "outlet-calendar-feed", of: "an outlet", need: access.OutletsConfigure,
		who:    "Managers have the feeds of their outlets. ",
		faults: []*fault.Error{outlets.ErrNotFound, outlets.ErrOutOfScope},
		owner:  func(in *OutletPath) owner { return owner{isOutlet: true, id: api.ID(in.OutletID)} },
	})
}

// diary is one of the two kinds of diaries, and the input that names it.
type diary[In any] struct {
	path, id, of, who string
	need              access.Requirement
	faults            []*fault.Error
	owner             func(*In) owner
}

func register[In any](a *api.API, o *Operations, d diary[In]) {
	missing := append([]*fault.Error{ErrNotFound}, d.faults...)
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: d.path, ID: "create-" + d.id, Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Make the calendar feed of " + d.of,
		Description: d.who + "The answer holds the private address, which is not shown again: give it to a calendar program. " + shownText +
			"It answers as long as who made it may see what it shows.",
		Errors: append([]*fault.Error{ErrExists}, d.faults...),
	}, d.need, func(ctx context.Context, who access.Staff, in *In) (*Issued, error) {
		out, err := o.create(ctx, who, d.owner(in))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: d.path, ID: "get-" + d.id, Tag: tag,
		Summary: "Look at the calendar feed of " + d.of, Description: d.who + "Without its address: the server does not know it.", Errors: missing,
	}, d.need, func(ctx context.Context, who access.Staff, in *In) (*Feed, error) {
		out, err := o.show(ctx, who, d.owner(in))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: d.path + "/rotate", ID: "rotate-" + d.id, Tag: tag, Idempotent: true,
		Summary:     "Give the calendar feed of " + d.of + " a new address",
		Description: d.who + "The old address ends at once. The new one depends on who rotates.", Errors: missing,
	}, d.need, func(ctx context.Context, who access.Staff, in *In) (*Issued, error) {
		out, err := o.rotate(ctx, who, d.owner(in))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: d.path, ID: "revoke-" + d.id, Tag: tag,
		Summary: "Revoke the calendar feed of " + d.of, Description: d.who + "Its address ends at once.", Errors: missing,
	}, d.need, func(ctx context.Context, who access.Staff, in *In) (*api.None, error) {
		return nil, o.revoke(ctx, who, d.owner(in))
	})
}

// RegisterPublic adds the address that calendar programs read.
func RegisterPublic(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/calendar/{file}", ID: "read-calendar-feed", Tag: tag,
		Summary: "Read a calendar feed",
		Description: "For calendar programs, which come back for it. " + shownText + "Equal calendars have equal tags. " +
			"Whatever is wrong with an address, it answers as one that does not exist.",
		Also: []int{http.StatusNotModified}, ContentType: "text/calendar", CacheControl: "private, max-age=300", Errors: []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *struct {
		File  string `path:"file" maxLength:"100" doc:"The last part of the address that was told when the feed was made." example:"65f1e2a0c3b4d5e6f7a8b9c0.4Zk0bV0c8nq1mQ3r5t7u9w1y3A5C7E9G1I3K5M7O9Q0.ics"`
		Known string `header:"If-None-Match" maxLength:"1000" doc:"The ETag of a copy; answered with 304 while it is the same."`
	}) (*api.Raw, error) {
		return o.Read(ctx, in.File, in.Known)
	})
}
