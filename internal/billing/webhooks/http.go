package webhooks

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const tag = "Webhooks"

// maxBody is far above what the provider sends.
const maxBody = 64 << 10

// Answer tells the provider that it need not call again.
type Answer struct {
	Status string `json:"status" enum:"accepted,duplicate,ignored"`
}

type delivery struct {
	Signature string `header:"X-Paper-Signature" maxLength:"200" doc:"sha256= and the HMAC-SHA256 of the body in hex, where a secret is set up."`
	Company   string `header:"Paper-Company-Id" maxLength:"200"`
	Token     string `query:"token" maxLength:"200" doc:"The token of the registered URL, where one is set up."`
	RawBody   []byte
}

type tenantDelivery struct {
	Tenant    string `path:"tenant_id" example:"6b0122f129abbffc7f79db7a"`
	Signature string `header:"X-Paper-Signature" maxLength:"200" doc:"sha256= and the HMAC-SHA256 of the body in hex, where a secret is set up."`
	Token     string `query:"token" maxLength:"200" doc:"The token of the registered URL, where one is set up."`
	RawBody   []byte
}

// Register registers the providers' endpoints.
func Register(a *api.API, o *Operations) {
	registerMaya(a, o)
	routes := []struct {
		path, id, summary string
		guard             guard
	}{
		{"/webhooks/paper-id", "paper-id-webhook", "Take a callback about a payment", signed},
		{"/webhooks/paper-id-invoice", "paper-id-invoice-webhook", "Take a callback about an invoice", signed},
		{"/webhooks/paper-id-withdrawal", "paper-id-withdrawal-webhook", "Take a callback about a withdrawal", signed},
		{"/webhooks/paper-invoice", "paper-invoice-webhook", "Take any callback of the platform's account", open},
	}
	for _, r := range routes {
		description := "From Paper.id. Open only to callers who prove themselves by signature, company, token or address, as configured."
		if r.guard == open {
			description = "From Paper.id, which does not sign. Whether money moved is asked of Paper.id itself; every kind of callback is understood."
		}
		api.Webhook(a, api.Op{
			Method: http.MethodPost, Path: r.path, ID: r.id, Tag: tag, Summary: r.summary, Description: description, MaxBody: maxBody,
			Errors: []*fault.Error{ErrUnverified, ErrMalformed},
		}, func(ctx context.Context, who access.Visitor, in *delivery) (*Answer, error) {
			status, err := o.receive(ctx, callback{
				route: r.path, guard: r.guard, who: who,
				proof: proof{body: in.RawBody, signature: in.Signature, company: in.Company, token: in.Token, from: who.Origin.Address},
			})
			return &Answer{Status: status}, err
		})
	}
	api.Webhook(a, api.Op{
		Method: http.MethodPost, Path: "/webhooks/paper-invoice/tenant/{tenant_id}", ID: "paper-invoice-tenant-webhook", Tag: tag,
		Summary:     "Take any callback of a business's own account",
		Description: "Like /webhooks/paper-invoice, for invoices of this business only.", MaxBody: maxBody,
		Errors: []*fault.Error{ErrUnverified, ErrMalformed, tenants.ErrUnknown},
	}, func(ctx context.Context, who access.Visitor, in *tenantDelivery) (*Answer, error) {
		tenant := api.ID(in.Tenant)
		status, err := o.receive(ctx, callback{
			route: "/webhooks/paper-invoice/tenant", guard: own, tenant: &tenant, who: who,
			proof: proof{body: in.RawBody, signature: in.Signature, token: in.Token, from: who.Origin.Address, tenant: tenant},
		})
		return &Answer{Status: status}, err
	})
}
