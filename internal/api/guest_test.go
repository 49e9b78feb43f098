package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

type guestBody struct {
	PackageID string `json:"packageId" example:"507f1f77bcf86cd799439031"`
	Email     string `json:"email" format:"email"`
}

type guestInput struct {
	Type    string `path:"type"`
	Tenant  string `header:"X-Tenant-Slug"`
	RawBody []byte
}

type guestAnswer struct {
	Booking string `json:"booking"`
	Tenant  string `json:"tenant"`
}

func registerGuest(a *api.API) {
	api.Guest(a, api.Op{
		Method: http.MethodPost, Path: "/bookings/type/{type}", ID: "guest-book", Tag: "Bookings", Summary: "Book as a guest",
		Status: http.StatusCreated, RequestBody: guestBody{}, Errors: []*fault.Error{errNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *guestInput) (*guestAnswer, error) {
		var body guestBody
		if err := json.Unmarshal(in.RawBody, &body); err != nil {
			return nil, fault.InvalidField("", "must be an object")
		}
		return &guestAnswer{body.PackageID, in.Tenant + linkedTo(ctx)}, nil
	})
	api.Guest(a, api.Op{
		Method: http.MethodPut, Path: "/bookings/{id}/verify", ID: "guest-verify", Tag: "Bookings", Summary: "Verify",
		RequestBody: guestBody{}, BodyOptional: true,
	}, func(_ context.Context, _ access.Visitor, in *struct {
		ID      string `path:"id"`
		RawBody []byte
	}) (*guestAnswer, error) {
		return &guestAnswer{Booking: in.ID + string(in.RawBody)}, nil
	})
}

func TestGuestBodies(t *testing.T) {
	a := newAPI(t)
	registerGuest(a)
	for name, c := range map[string]struct {
		body   string
		kind   string
		status int
		want   string
	}{
		"as documented":     {`{"packageId":"p","email":"x"}`, "application/json", 201, `{"booking":"p","tenant":"salon"}`},
		"unknown ignored":   {`{"packageId":"p","x":{"y":1}}`, "application/json", 201, `{"booking":"p","tenant":"salon"}`},
		"handler's own 422": {`[]`, "application/json", 422, `{"statusCode":422,"message":"body: must be an object"}`},
		"malformed":         {`{"packageId"`, "application/json", 400, `{"statusCode":400,"message":"The request cannot be read."}`},
		"empty":             {``, "application/json", 400, `{"statusCode":400,"message":"The request cannot be read."}`},
		"not JSON":          {`a=b`, "text/plain", 415, `{"statusCode":415,"message":"The request body must be application/json."}`},
		"NUL":               {`{"email":"\u0000"}`, "application/json", 422, `{"statusCode":422,"message":"email: Text must be UTF-8 without NUL characters"}`},
		"too large":         {`"` + strings.Repeat("x", 64<<10) + `"`, "application/json", 413, `{"statusCode":413,"message":"The request body is too large."}`},
	} {
		t.Run(name, func(t *testing.T) {
			call{method: "POST", path: "/api/v1/bookings/type/haircut", body: c.body, header: map[string]string{
				"X-Tenant-Slug": "salon", "Content-Type": c.kind,
			}}.to(t, a).want(t, c.status, c.want)
		})
	}
}

func linkedTo(ctx context.Context) string {
	if c, ok := api.LinkedCustomer(ctx); ok {
		return " " + string(c.ID)
	}
	return ""
}

func TestGuestsMayBeKnown(t *testing.T) {
	a := newAPI(t)
	registerGuest(a)
	for token, want := range map[string]string{"customer": " " + string(personID), "nonsense": "", "staff-staff": "", "": ""} {
		call{method: "POST", path: "/api/v1/bookings/type/haircut", token: token, body: `{"packageId":"p"}`}.to(t, a).
			want(t, 201, `{"booking":"p","tenant":"`+want+`"}`)
	}
}

func TestOptionalBody(t *testing.T) {
	a := newAPI(t)
	registerGuest(a)
	verify := call{method: "PUT", path: "/api/v1/bookings/b1/verify"}
	verify.to(t, a).want(t, 200, `{"booking":"b1","tenant":""}`)
	verify.header = map[string]string{"Content-Type": "text/plain"}
	verify.to(t, a).want(t, 200, `{"booking":"b1","tenant":""}`)
	verify.body = `{}`
	verify.to(t, a).want(t, 200, `{"booking":"b1{}","tenant":""}`)
	verify.body = `{`
	verify.to(t, a).want(t, 400, `{"statusCode":400,"message":"The request cannot be read."}`)
}
