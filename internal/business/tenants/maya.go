package tenants

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// MayaAccount is a business's own account at Maya. Its secret key is never shown.
type MayaAccount struct {
	PublicKey    string    `json:"public_key" example:"pk-Z0OSzLvIcOI2UIvDhdTGVVfRSSeiGStnceqwUE7n0Ah"`
	IsProduction bool      `json:"is_production" doc:"False is the provider's sandbox."`
	Enabled      bool      `json:"enabled" doc:"False: new payments do not go to this account."`
	CallbackURL  string    `json:"callback_url" example:"https://book.example.com/api/v1/maya/webhook/tenant/65a1b2c3d4e5f6a7b8c9d0e1" doc:"Registered at Maya by the server itself, for every kind of callback."`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// MayaChange sets or changes the account. What is absent stays.
type MayaChange struct {
	PublicKey    string          `json:"public_key,omitempty" maxLength:"200" pattern:"^(pk-[!-~]+)?$" patternDescription:"a public key, which begins with pk-" example:"pk-Z0OSzLvIcOI2UIvDhdTGVVfRSSeiGStnceqwUE7n0Ah"`
	SecretKey    string          `json:"secret_key,omitempty" maxLength:"500" pattern:"^(sk-[!-~]+)?$" patternDescription:"a secret key, which begins with sk-" example:"sk-X8qolYjy62kIzEbr0QRK1h4b4KDVHaNcwMYk39jInSl" doc:"Only when it is new. Needed at first, and whenever the public key or the environment changes."`
	IsProduction opt.Field[bool] `json:"is_production,omitzero" doc:"Where never given, false."`
	Enabled      opt.Field[bool] `json:"enabled,omitzero" doc:"Where never given, true."`
}

// GatewaySetEvent is published when a business stored or changed an account of its
// own at a payment provider.
type GatewaySetEvent struct {
	GatewayID id.ID  `json:"gateway_id"`
	Provider  string `json:"provider"`
}

// EventName implements jobs.Event.
func (GatewaySetEvent) EventName() string { return "tenant.gateway_set" }

// MayaWebhook is the path, below the public URL, that callbacks about a business's
// own account at Maya are taken at.
func MayaWebhook(tenant id.ID) string { return "/api/v1/maya/webhook/tenant/" + string(tenant) }

// Maya reads a business's account at Maya. It fails with ErrOther, ErrUnknown and
// ErrNoMaya.
func (o *Operations) Maya(ctx context.Context, who access.Staff, tenant id.ID) (MayaAccount, error) {
	row, err := o.gateway(ctx, who, tenant, Maya)
	if err != nil {
		return MayaAccount{}, err
	}
	return o.viewMaya(tenant, row), nil
}

// SetMaya sets or changes the account. Another public key or environment is another
// account: what the old one was asked to collect is settled there. It fails with
// ErrOther and ErrUnknown.
func (o *Operations) SetMaya(ctx context.Context, who access.Staff, tenant id.ID, in MayaChange) (MayaAccount, error) {
	row, err := o.setGateway(ctx, who, tenant, Maya, GatewayChange{
		ClientID: in.PublicKey, ClientSecret: in.SecretKey, IsProduction: in.IsProduction, Enabled: in.Enabled,
	})
	if err != nil {
		return MayaAccount{}, err
	}
	return o.viewMaya(tenant, row), nil
}

// DisableMaya keeps new payments from the account. It fails with ErrOther,
// ErrUnknown and ErrNoMaya.
func (o *Operations) DisableMaya(ctx context.Context, who access.Staff, tenant id.ID) error {
	return o.disableGateway(ctx, who, tenant, Maya)
}

func (o *Operations) viewMaya(tenant id.ID, r gatewayRow) MayaAccount {
	return MayaAccount{
		PublicKey: r.ClientID, IsProduction: r.IsProduction, Enabled: r.Enabled, CallbackURL: o.config.PublicURL + MayaWebhook(tenant),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}
