package tenants

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/token"
)

// What a business without an account of its own at a payment provider is told.
var (
	ErrNoGateway = fault.New(fault.NotFound, "tenant.no_gateway", "The business has no Paper.id account of its own.")
	ErrNoMaya    = fault.New(fault.NotFound, "tenant.no_maya", "The business has no Maya account of its own.")
)

// Gateway is a business's own account at Paper.id. Its secret is never shown.
type Gateway struct {
	ClientID     string    `json:"client_id" example:"bella-vista-open-api"`
	IsProduction bool      `json:"is_production" doc:"False is the provider's sandbox."`
	Enabled      bool      `json:"enabled" doc:"False: payments go to the platform's account."`
	CallbackURL  string    `json:"callback_url" example:"https://book.example.com/api/v1/webhooks/paper-invoice/tenant/65a1b2c3d4e5f6a7b8c9d0e1" doc:"To be entered in the provider's dashboard, for every kind of callback."`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// GatewayChange sets or changes the account. What is absent stays.
type GatewayChange struct {
	ClientID     string          `json:"client_id,omitempty" maxLength:"200" pattern:"^[!-~]*$" patternDescription:"printable characters without spaces" example:"bella-vista-open-api"`
	ClientSecret string          `json:"client_secret,omitempty" maxLength:"500" pattern:"^[!-~]*$" patternDescription:"printable characters without spaces" example:"s3cr3t-of-the-dashboard" doc:"Only when it is new. Needed at first, and whenever the client or the environment changes."`
	IsProduction opt.Field[bool] `json:"is_production,omitzero" doc:"Where never given, false."`
	Enabled      opt.Field[bool] `json:"enabled,omitzero" doc:"Where never given, true."`
}

// The providers at which a business may have an account of its own.
const (
	PaperID = "paper_id"
	Maya    = "maya"
)

// gatewayRow is an account as it is stored. At Maya the client is the public key.
type gatewayRow struct {
	ID           id.ID     `db:"id"`
	Provider     string    `db:"provider"`
	ClientID     string    `db:"client_id"`
	Sealed       []byte    `db:"client_secret"`
	IsProduction bool      `db:"is_production"`
	Enabled      bool      `db:"enabled"`
	CreatedAt    time.Time `db:"created_at"`
	UpdatedAt    time.Time `db:"updated_at"`
}

const gatewayColumns = `id, provider, client_id, client_secret, is_production, enabled, created_at, updated_at`

// gatewayAudit is what an audit entry keeps of an account: never the secret.
type gatewayAudit struct {
	Provider     string `json:"provider"`
	ClientID     string `json:"client_id"`
	IsProduction bool   `json:"is_production"`
	Enabled      bool   `json:"enabled"`
	NewSecret    bool   `json:"new_secret,omitempty"`
}

func (r gatewayRow) audit() gatewayAudit {
	return gatewayAudit{Provider: r.Provider, ClientID: r.ClientID, IsProduction: r.IsProduction, Enabled: r.Enabled}
}

func (o *Operations) viewGateway(tenant id.ID, r gatewayRow) Gateway {
	return Gateway{
		ClientID: r.ClientID, IsProduction: r.IsProduction, Enabled: r.Enabled,
		CallbackURL: o.config.PublicURL + PaperWebhook(tenant, o.config.CallbackToken),
		CreatedAt:   r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}

// Gateway reads the account: a super admin of any business, a tenant admin of their
// own. It fails with ErrOther, ErrUnknown and ErrNoGateway.
func (o *Operations) Gateway(ctx context.Context, who access.Staff, tenant id.ID) (Gateway, error) {
	row, err := o.gateway(ctx, who, tenant, PaperID)
	if err != nil {
		return Gateway{}, err
	}
	return o.viewGateway(tenant, row), nil
}

// SetGateway sets or changes the account. Another client or environment is another
// account: what the old one was asked to collect is settled there. It fails with
// ErrOther and ErrUnknown.
func (o *Operations) SetGateway(ctx context.Context, who access.Staff, tenant id.ID, in GatewayChange) (Gateway, error) {
	row, err := o.setGateway(ctx, who, tenant, PaperID, in)
	if err != nil {
		return Gateway{}, err
	}
	return o.viewGateway(tenant, row), nil
}

// DisableGateway sends payments to the platform's account again. It fails with
// ErrOther, ErrUnknown and ErrNoGateway.
func (o *Operations) DisableGateway(ctx context.Context, who access.Staff, tenant id.ID) error {
	return o.disableGateway(ctx, who, tenant, PaperID)
}

// gateway reads a business's account at a provider.
func (o *Operations) gateway(ctx context.Context, who access.Staff, tenant id.ID, provider string) (row gatewayRow, err error) {
	if err := reach(who, tenant); err != nil {
		return gatewayRow{}, err
	}
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if _, err := Load(ctx, tx, tenant); err != nil {
			return err
		}
		row, err = findGateway(ctx, tx, provider)
		return err
	})
	return row, err
}

// setGateway sets or changes a business's account at a provider.
func (o *Operations) setGateway(ctx context.Context, who access.Staff, tenant id.ID, provider string, in GatewayChange) (gatewayRow, error) {
	if err := reach(who, tenant); err != nil {
		return gatewayRow{}, err
	}
	var next gatewayRow
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		if _, err := lock(ctx, tx, tenant); err != nil {
			return err
		}
		old, err := findGateway(ctx, tx, provider)
		known := err == nil
		if err != nil && !errors.Is(err, missing(provider)) {
			return err
		}
		if next, err = in.apply(old, known, provider); err != nil {
			return err
		}
		next.Provider, next.UpdatedAt = provider, tx.Now()
		another := !known || next.ClientID != old.ClientID || next.IsProduction != old.IsProduction
		if another {
			next.ID, next.CreatedAt = id.NewAt(tx.Now()), tx.Now()
		}
		if in.ClientSecret != "" {
			next.Sealed = o.config.Keys.Seal(sealedFor(tenant, next.ID), []byte(in.ClientSecret))
		}
		if another {
			retireGateway(tx, provider)
			insertGateway(tx, next)
		} else {
			updateGateway(tx, next)
		}
		now := next.audit()
		now.NewSecret = in.ClientSecret != ""
		var before any
		if known {
			before = old.audit()
		}
		audit.Record(tx, who, "tenant.gateway_set", objectAt(provider), tenant, before, now)
		jobs.Publish(tx, GatewaySetEvent{GatewayID: next.ID, Provider: provider})
		return nil
	})
	if err == nil && o.config.Connect != nil {
		bounded, cancel := context.WithTimeout(ctx, connectPatience)
		defer cancel()
		o.config.Connect(bounded, tenant, provider, next.ID)
	}
	return next, err
}

// disableGateway keeps a business's account at a provider from being used for new
// payments.
func (o *Operations) disableGateway(ctx context.Context, who access.Staff, tenant id.ID, provider string) error {
	if err := reach(who, tenant); err != nil {
		return err
	}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		if _, err := lock(ctx, tx, tenant); err != nil {
			return err
		}
		old, err := findGateway(ctx, tx, provider)
		if err != nil {
			return err
		}
		next := old
		next.Enabled, next.UpdatedAt = false, tx.Now()
		updateGateway(tx, next)
		audit.Record(tx, who, "tenant.gateway_disabled", objectAt(provider), tenant, old.audit(), next.audit())
		return nil
	})
}

// apply returns the row with the changes. Secret and client belong together: a
// change of account without its secret would send the old secret elsewhere.
func (in GatewayChange) apply(r gatewayRow, known bool, provider string) (gatewayRow, error) {
	client, secret := "client_id", "client_secret"
	if provider == Maya {
		client, secret = "public_key", "secret_key"
	}
	needed := func(field string) error {
		return fault.ErrInvalid.WithField(field, "is needed for another account", "missing")
	}
	next := r
	if in.ClientID != "" {
		next.ClientID = in.ClientID
	}
	next.IsProduction = in.IsProduction.Or(r.IsProduction)
	next.Enabled = in.Enabled.Or(r.Enabled || !known)
	switch {
	case next.ClientID == "":
		return next, needed(client)
	case in.ClientSecret == "" && (!known || next.ClientID != r.ClientID || next.IsProduction != r.IsProduction):
		return next, needed(secret)
	}
	return next, nil
}

// objectAt is what the audit log calls a business's account at a provider.
func objectAt(provider string) string {
	if provider == Maya {
		return "tenant_maya"
	}
	return "tenant_gateway"
}

// missing is the fault of a business without an account of its own at a provider.
func missing(provider string) *fault.Error {
	if provider == Maya {
		return ErrNoMaya
	}
	return ErrNoGateway
}

// sealedFor is the purpose under which an account's secret is sealed, so that it
// opens in its own row only.
func sealedFor(tenant, gateway id.ID) string {
	return "tenant gateway:" + string(tenant) + ":" + string(gateway)
}

// Credentials are what an account is spoken for with.
type Credentials struct {
	ID                     id.ID
	Tenant                 id.ID
	Provider               string
	ClientID, ClientSecret string // at Maya the public and the secret key
	IsProduction           bool
}

// GatewayRef names an account and where it is.
type GatewayRef struct {
	ID       id.ID  `db:"id"`
	Provider string `db:"provider"`
}

// QueueGateways reads which accounts of its own the transaction's tenant collects
// with, at most one a provider.
func QueueGateways(tx *db.Tx) *db.Results[GatewayRef] {
	return db.QueueAll[GatewayRef](tx, `
		SELECT id, provider
		FROM tenant_gateways
		WHERE tenant_id = $1 AND retired_at IS NULL AND enabled
		ORDER BY provider`, tx.Tenant())
}

// OpenGateway reads the credentials of an account, whether or not it is still in
// use. It fails with token.ErrSealed where the server has lost the key.
func OpenGateway(ctx context.Context, tx *db.Tx, keys *token.Keys, gateway id.ID) (Credentials, error) {
	row, err := db.One[gatewayRow](ctx, tx, `
		SELECT `+gatewayColumns+`
		FROM tenant_gateways
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), gateway)
	if err != nil {
		return Credentials{}, err
	}
	secret, err := keys.Open(sealedFor(tx.Tenant(), gateway), row.Sealed)
	return Credentials{
		ID: gateway, Tenant: tx.Tenant(), Provider: row.Provider, ClientID: row.ClientID, ClientSecret: string(secret), IsProduction: row.IsProduction,
	}, err
}
