package customers

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
)

// Lifetimes of tokens.
const (
	accessLife    = 30 * time.Minute
	refreshLife   = 30 * 24 * time.Hour
	selectionLife = 5 * time.Minute
)

// Audiences and types of this package's tokens.
const (
	audience          = "customer"
	selectionAudience = "customer-selection"
	typeAccess        = "access"
)

// claims of an access token: sub is the customer, sid the login.
type claims struct {
	token.Claims
	Type     string `json:"type"`
	TenantID id.ID  `json:"tenant_id"`
	LoginID  id.ID  `json:"sid"`
}

// Tokens is the answer of a sign-in.
type Tokens struct {
	AccessToken  string  `json:"access_token" doc:"A JWT, good for 30 minutes."`
	RefreshToken string  `json:"refresh_token" doc:"Opaque, good for 30 days and for one use."`
	TokenType    string  `json:"token_type" example:"bearer"`
	ExpiresIn    int     `json:"expires_in" example:"1800" doc:"Seconds until the access token expires."`
	Customer     Account `json:"customer"`
}

// Device is what a client says of itself at sign-in.
type Device struct {
	Name     string `json:"name,omitempty" maxLength:"100" example:"Amelia's phone"`
	Platform string `json:"platform,omitempty" maxLength:"50" example:"ios"`
}

// label is what the list of sessions shows.
func (d *Device) label(origin access.Origin) string {
	switch {
	case d == nil || (d.Name == "" && d.Platform == ""):
		return origin.UserAgent
	case d.Platform == "":
		return d.Name
	case d.Name == "":
		return d.Platform
	default:
		return d.Name + " (" + d.Platform + ")"
	}
}

func addressText(origin access.Origin) string {
	if !origin.Address.IsValid() {
		return ""
	}
	return origin.Address.String()
}

// signIn queues a login of the account in tx.
func (o *Operations) signIn(tx *db.Tx, account Account, origin access.Origin, device *Device) (Tokens, error) {
	tx.Exec(`UPDATE customers SET last_login = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), account.ID, tx.Now())
	login, refresh := logins.Open(tx, logins.Customer, account.ID, device.label(origin), addressText(origin), refreshLife)
	who := access.Customer{ID: account.ID, Tenant: account.TenantID, LoginID: login, Origin: origin}
	audit.Record(tx, who, "login.opened", "login", login, nil, signedInAs{account.ID})
	return o.issue(account, login, refresh)
}

func (o *Operations) issue(account Account, login id.ID, refresh string) (Tokens, error) {
	c := claims{
		Claims:   o.tokens.Claims(audience, string(account.ID), accessLife),
		Type:     typeAccess,
		TenantID: account.TenantID,
		LoginID:  login,
	}
	c.ID = string(id.New())
	signed, err := o.tokens.Sign(c)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{
		AccessToken: signed, RefreshToken: refresh, TokenType: "bearer", ExpiresIn: int(accessLife.Seconds()), Customer: account,
	}, nil
}

// AuthenticateCustomer implements api.CustomerAuthenticator: a signed token whose
// login goes on, of a customer and a business that are active.
func (o *Operations) AuthenticateCustomer(ctx context.Context, bearer string) (access.Customer, error) {
	var c claims
	if err := o.tokens.Verify(bearer, audience, &c); err != nil || c.Type != typeAccess || !c.TenantID.Valid() {
		return access.Customer{}, api.ErrUnauthenticated
	}
	who := access.Customer{ID: id.ID(c.Subject), Tenant: c.TenantID, LoginID: c.LoginID}
	var good *db.Result[bool]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		good = db.QueueOne[bool](tx, `
			SELECT EXISTS (
				SELECT 1
				FROM logins l
				JOIN customers c ON c.tenant_id = l.tenant_id AND c.id = l.subject_id
				JOIN tenants t ON t.id = l.tenant_id
				WHERE l.tenant_id = $1 AND l.id = $2 AND l.audience = 'customer' AND l.subject_id = $3 AND l.revoked_at IS NULL
				  AND c.is_active AND c.deleted_at IS NULL AND t.is_active AND t.deleted_at IS NULL)`,
			who.Tenant, who.LoginID, who.ID)
		return nil
	})
	if err != nil {
		return access.Customer{}, err
	}
	if !good.Value {
		return access.Customer{}, api.ErrUnauthenticated
	}
	return who, nil
}
