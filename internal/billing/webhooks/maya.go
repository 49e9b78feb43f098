package webhooks

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/maya"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// MayaConfig are the means by which callbacks of Maya prove themselves, and the
// accounts whose callbacks are registered by the server itself.
type MayaConfig struct {
	// Keys are those under which callbacks are signed; nil where none are known. A
	// signature that is there has to be right.
	Keys func() ([]*rsa.PublicKey, error)
	// Signed refuses callbacks without a signature. Maya signs those of some accounts only.
	Signed bool
	// Networks are where callbacks come from; empty: from anywhere.
	Networks []netip.Prefix

	Accounts MayaAccounts
}

type mayaDelivery struct {
	Signature string `header:"X-Maya-Webhook-Signature" maxLength:"2000" doc:"nonce= and v1=, an RSA-SHA256 signature in hex."`
	Timestamp string `header:"X-Maya-Webhook-Timestamp" maxLength:"30" doc:"When it was signed, in milliseconds since 1970."`
	RawBody   []byte
}

type mayaTenantDelivery struct {
	Tenant    string `path:"tenant_id" example:"6b0122f129abbffc7f79db7a"`
	Signature string `header:"X-Maya-Webhook-Signature" maxLength:"2000" doc:"nonce= and v1=, an RSA-SHA256 signature in hex."`
	Timestamp string `header:"X-Maya-Webhook-Timestamp" maxLength:"30" doc:"When it was signed, in milliseconds since 1970."`
	RawBody   []byte
}

// registerMaya registers the endpoints that Maya calls.
func registerMaya(a *api.API, o *Operations) {
	const description = "From Maya, which signs some accounts' callbacks: a signature that is there has to be right. The body is the payment, and its " +
		"status the event. Whether money moved is asked of Maya itself; a success stays one, whatever comes later."
	api.Webhook(a, api.Op{
		Method: http.MethodPost, Path: "/maya/webhook", ID: "maya-webhook", Tag: tag, Summary: "Take a callback of the platform's Maya account",
		Description: description, MaxBody: maxBody, Errors: []*fault.Error{ErrUnverified, ErrMalformed},
	}, func(ctx context.Context, who access.Visitor, in *mayaDelivery) (*Answer, error) {
		status, err := o.receiveMaya(ctx, who, nil, in)
		return &Answer{Status: status}, err
	})
	api.Webhook(a, api.Op{
		Method: http.MethodPost, Path: "/maya/webhook/tenant/{tenant_id}", ID: "maya-tenant-webhook", Tag: tag,
		Summary: "Take a callback of a business's own Maya account", Description: description + " For payments of this business only.", MaxBody: maxBody,
		Errors: []*fault.Error{ErrUnverified, ErrMalformed, tenants.ErrUnknown},
	}, func(ctx context.Context, who access.Visitor, in *mayaTenantDelivery) (*Answer, error) {
		tenant := api.ID(in.Tenant)
		status, err := o.receiveMaya(ctx, who, &tenant, &mayaDelivery{in.Signature, in.Timestamp, in.RawBody})
		return &Answer{Status: status}, err
	})
}

// verify refuses a callback that does not prove itself as the configuration asks.
func (c MayaConfig) verify(who access.Visitor, in *mayaDelivery, now func() error) error {
	if len(c.Networks) > 0 && !within(c.Networks, who.Origin.Address) || c.Signed && in.Signature == "" {
		return ErrUnverified
	}
	if in.Signature == "" || c.Keys == nil {
		return nil
	}
	return now()
}

// receiveMaya verifies and stores a callback of Maya, and says what becomes of it.
// Faults: ErrUnverified, ErrMalformed, tenants.ErrUnknown.
func (o *Operations) receiveMaya(ctx context.Context, who access.Visitor, tenant *id.ID, in *mayaDelivery) (status string, err error) {
	err = o.config.Maya.verify(who, in, func() error {
		keys, err := o.config.Maya.Keys()
		if err == nil && maya.Verify(keys, in.RawBody, in.Signature, in.Timestamp, o.db.Now()) != nil {
			return ErrUnverified
		}
		return err
	})
	if err != nil {
		return "", err
	}
	said, err := maya.ParseCallback(in.RawBody)
	if errors.Is(err, maya.ErrMalformedCallback) {
		return "", ErrMalformed.WithCause(err)
	}
	err = o.db.Platform(ctx, "a callback of Maya", func(tx *db.Tx) error {
		if tenant != nil {
			if err := knownTenant(ctx, tx, *tenant); err != nil {
				return err
			}
		}
		status, err = o.takeMaya(ctx, tx, who, tenant, in, said)
		return err
	})
	return status, err
}

// takeMaya finds whose callback it is, stores it once for each payment and status,
// and has it worked.
func (o *Operations) takeMaya(ctx context.Context, tx *db.Tx, who access.Visitor, tenant *id.ID, in *mayaDelivery, said maya.Callback) (string, error) {
	found, err := routeMaya(ctx, tx, said, tenant)
	if err != nil {
		return "", err
	}
	e := event{ID: id.NewAt(tx.Now()), Provider: tenants.Maya, Kind: first(string(said.Status), "unknown"), Route: "/maya/webhook", Body: in.RawBody}
	e.Key = tenants.Maya + "|" + said.ID + "|" + string(said.Status)
	if said.ID == "" || len(e.Key) > maxKey {
		e.Kind, e.Key = "unknown", tenants.Maya+"|unknown|"+digest(in.RawBody)
	}
	if tenant != nil {
		e.Route = "/maya/webhook/tenant"
	}
	switch {
	case tenant != nil:
		e.Tenant = tenant // whatever it names: it counts for that tenant's invoices only
	case found.Found:
		e.Tenant = &found.Value.Tenant
	}
	if !found.Found {
		e.Outcome = Ignored
	}
	e.Headers, err = json.Marshal(map[string]string{
		"signature": in.Signature, "timestamp": in.Timestamp, "user_agent": who.Origin.UserAgent, "address": who.Origin.Address.String(),
	})
	if err != nil {
		return "", err
	}
	kept, fresh, err := keepOnce(ctx, tx, e)
	if err != nil {
		return "", err
	}
	// Worked again until the invoice is paid: a forged one that came first must not keep
	// the real one from being heard.
	if found.Found && (fresh || found.Value.Status != string(invoices.Paid)) {
		jobs.Publish(tx, Received{EventID: kept, Tenant: found.Value.Tenant, InvoiceID: found.Value.ID})
	}
	switch {
	case !fresh:
		return Duplicate, nil
	case !found.Found:
		o.log.WarnContext(ctx, "callback ignored", "provider", tenants.Maya, "status", said.Status, "event", kept)
		return Ignored, nil
	}
	return Accepted, nil
}

// routeMaya finds the invoice that a callback names, by our number or the id of the
// checkout. On a tenant's own route only that tenant's count.
func routeMaya(ctx context.Context, tx *db.Tx, said maya.Callback, tenant *id.ID) (*db.Result[routed], error) {
	found := db.QueueOne[routed](tx, `
		SELECT tenant_id, id, status
		FROM (
			SELECT tenant_id, id, status, payment_provider, 1 AS rank FROM invoices WHERE provider_number = $1
			UNION ALL
			SELECT tenant_id, id, status, payment_provider, 2 AS rank FROM invoices WHERE paper_invoice_id = $2
		) named
		WHERE payment_provider = 'maya' AND ($3::text IS NULL OR tenant_id = $3)
		ORDER BY rank
		LIMIT 1`, said.Reference, said.ID, tenant)
	return found, tx.Flush(ctx)
}

// maxKey is how long the key of a callback may be that names its payment.
const maxKey = 200

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
