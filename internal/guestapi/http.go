package guestapi

import (
	"context"
	"encoding/json"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/ratelimit"
)

const tag = "Bookings"

type createInput struct {
	Hints
	Type       string `path:"type" doc:"Slug of a category or service, or any other word; guest and customer mean none." example:"haircut"`
	BranchSlug string `header:"X-Branch-Slug" doc:"Slug of the branch; the default branch where absent." example:"main-branch"`
	RawBody    []byte
}

type createAtInput struct {
	Hints
	Organization string `path:"organizationId" example:"507f191e810c19729de860ea"`
	Type         string `path:"type" doc:"Slug of a category or service, or any other word; guest and customer mean none." example:"haircut"`
	BranchSlug   string `header:"X-Branch-Slug" doc:"Slug of the branch; required." example:"main-branch"`
	RawBody      []byte
}

type getInput struct {
	Hints
	ID string `path:"id" example:"507f1f77bcf86cd799439041"`
}

type verifyInput struct {
	Hints
	ID      string `path:"id" doc:"The handle from the e-mail, or the booking's id." example:"507f1f77bcf86cd799439041"`
	Query   string `query:"token" doc:"The token that creating the booking returned, or the handle from the e-mail."`
	Header  string `header:"X-Verification-Token" doc:"The same."`
	RawBody []byte
}

// VerifyRequest documents the optional body of a verification.
type VerifyRequest struct {
	Token *string `json:"token,omitempty" doc:"The token that creating the booking returned, or the handle from the e-mail." example:"dGhpcyBpcyBub3QgYSByZWFsIHRva2VuIGF0IGFsbCEh"`
}

type fullInput struct {
	Hints
	BranchSlug string `header:"X-Branch-Slug" doc:"Slug of the branch; the default branch where absent." example:"main-branch"`
	From       string `query:"from" doc:"First date, YYYY-MM-DD; today where absent." example:"2026-04-01"`
	To         string `query:"to" doc:"Last date, YYYY-MM-DD; as far as can be booked where absent." example:"2026-04-30"`
	PackageID  string `query:"packageId" doc:"Only slots of this package."`
}

type slugInput struct {
	Slug string `path:"slug" example:"janes-salon"`
}

// Register registers the guests' endpoints.
func Register(a *api.API, o *Operations) {
	o.registerCreate(a)
	o.registerVerify(a)
	o.registerMaya(a)
	api.Guest(a, api.Op{
		Method: http.MethodGet, Path: "/bookings/{id}", ID: "guest-get-booking", Tag: tag, Summary: "Read a booking",
		Description: "Whoever knows the id may read the booking, whatever has become of it. It shows no person.",
		Errors:      []*fault.Error{ErrBookingNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *getInput) (*GuestBooking, error) {
		return o.Get(ctx, in.Hints, in.ID)
	})
	api.Guest(a, api.Op{
		Method: http.MethodGet, Path: "/bookings/fully-booked-slots", ID: "guest-full-slots", Tag: tag, Summary: "List fully booked timeslots",
		Description: "The starts at one branch that live bookings have filled, in its own wall-clock time. " +
			"The list is advisory: booking decides.",
		CacheControl: "no-cache",
		Errors:       []*fault.Error{ErrTenantUndetermined, ErrTenantsDiffer, ErrOrganizationNotFound, ErrBranchUndetermined, ErrPackageNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *fullInput) (*FullSlots, error) {
		return o.Full(ctx, wanted{Hints: in.Hints, branch: in.BranchSlug}, in.From, in.To, in.PackageID)
	})
	api.Guest(a, api.Op{
		Method: http.MethodGet, Path: "/tenant/{slug}", ID: "guest-get-organization", Tag: "Organizations", Summary: "Look an organization up",
		Description: "What a booking page needs before it can book.", CacheControl: "no-cache", Errors: []*fault.Error{ErrOrganizationNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *slugInput) (*Organization, error) {
		return o.Organization(ctx, in.Slug)
	})
	api.Guest(a, api.Op{
		Method: http.MethodGet, Path: "/tenant/{slug}/default-branch", ID: "guest-get-default-branch", Tag: "Organizations",
		Summary: "Look up the default branch", Description: "Where bookings go that name no branch.",
		CacheControl: "no-cache", Errors: []*fault.Error{ErrOrganizationNotFound, ErrNoBranch},
	}, func(ctx context.Context, _ access.Visitor, in *slugInput) (*Branch, error) {
		return o.DefaultBranch(ctx, in.Slug)
	})
}

func (o *Operations) registerCreate(a *api.API) {
	op := api.Op{
		Method: http.MethodPost, Path: "/bookings/type/{type}", ID: "guest-create-booking", Tag: tag, Status: http.StatusCreated,
		Summary: "Book as a guest",
		Description: "On the organization that subdomain, header or query names. The booking holds its slot until it is verified " +
			"by the link in the e-mail, or its time runs out. A guest whose address a customer has is matched to that customer, who stays as is.",
		Errors: createFaults(), Idempotent: true, RequestBody: BookingRequest{},
		Limit: &ratelimit.Limit{Minute: o.config.CreatesMinute}, LimitAs: "guest-create",
	}
	api.Guest(a, op, func(ctx context.Context, who access.Visitor, in *createInput) (*Created, error) {
		return o.create(ctx, who, wanted{Hints: in.Hints, branch: in.BranchSlug}, in.Type, in.RawBody)
	})
	op.Path, op.ID = "/bookings/organizations/{organizationId}/type/{type}", "guest-create-booking-at"
	op.Summary = "Book as a guest, at a branch of an organization"
	op.Description = "The organization's id is in the path, and the header names the branch: for links and QR codes. " + op.Description
	api.Guest(a, op, func(ctx context.Context, who access.Visitor, in *createAtInput) (*Created, error) {
		return o.create(ctx, who, wanted{
			Hints: in.Hints, organization: &in.Organization, branch: in.BranchSlug, needsBranch: true,
		}, in.Type, in.RawBody)
	})
}

func (o *Operations) create(ctx context.Context, who access.Visitor, w wanted, kind string, body []byte) (*Created, error) {
	if customer, linked := api.LinkedCustomer(ctx); linked {
		return o.Create(ctx, who, &customer, w, kind, body)
	}
	return o.Create(ctx, who, nil, w, kind, body)
}

func (o *Operations) registerVerify(a *api.API) {
	api.Guest(a, api.Op{
		Method: http.MethodPut, Path: "/bookings/{id}/verify", ID: "guest-verify-booking", Tag: tag, Summary: "Verify a booking",
		Description: "The path holds the handle from the e-mail, or the booking's id with or without a token; the organization decides " +
			"whether the id alone will do. Without a body. Repeating it answers the same. Why a booking cannot be verified is not told.",
		Errors: []*fault.Error{ErrBookingNotFound, ErrOrganizationNotFound, ErrVerification}, RequestBody: VerifyRequest{}, BodyOptional: true,
		Limit: &ratelimit.Limit{Minute: o.config.VerifyMinute},
	}, func(ctx context.Context, who access.Visitor, in *verifyInput) (*Verified, error) {
		sent, err := bodyToken(in.RawBody)
		if err != nil {
			return nil, err
		}
		return o.Verify(ctx, who, in.Hints, proofs{path: in.ID, tokens: []string{in.Query, in.Header, sent}})
	})
}

// bodyToken reads the token from a verification's body, if there is one.
func bodyToken(body []byte) (string, error) {
	if len(body) == 0 {
		return "", nil
	}
	f := &fields{}
	if json.Unmarshal(body, &f.values) != nil || f.values == nil {
		f.refuse("", "must be an object")
		return "", f.fault()
	}
	sent := f.optional("token")
	return sent, f.fault()
}
