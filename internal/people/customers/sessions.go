package customers

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
)

// Refresh exchanges a refresh token for new tokens. It fails with logins.ErrToken
// and ErrDisabled.
func (o *Operations) Refresh(ctx context.Context, refreshToken string) (Tokens, error) {
	next, err := logins.Rotate(ctx, o.db, logins.Customer, refreshToken, refreshLife)
	if err != nil {
		return Tokens{}, err
	}
	var account Account
	err = o.db.View(ctx, next.Tenant, func(tx *db.Tx) (err error) {
		account, err = loadAccount(ctx, tx, next.Subject)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return o.issue(account, next.Login, next.Token)
}

// Logout ends the login of the token that was shown.
func (o *Operations) Logout(ctx context.Context, who access.Customer) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		recordLoginEnded(tx, who, who.LoginID)
		_, err := logins.Revoke(ctx, tx, logins.Customer, who.ID, who.LoginID)
		return err
	})
}

// Session is one signed-in device of a customer.
type Session struct {
	ID         id.ID     `json:"id"`
	Device     string    `json:"device" example:"Amelia's phone (ios)"`
	IPAddress  string    `json:"ip_address" example:"203.0.113.7"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Current    bool      `json:"current" doc:"The device that asks."`
}

// Sessions is the list of a customer's signed-in devices.
type Sessions struct {
	Items []Session `json:"items"`
}

// Sessions lists the customer's signed-in devices, the last used first.
func (o *Operations) Sessions(ctx context.Context, who access.Customer) (Sessions, error) {
	out := Sessions{Items: []Session{}}
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		list, err := logins.List(ctx, tx, logins.Customer, who.ID)
		for _, l := range list {
			out.Items = append(out.Items, Session{
				ID: l.ID, Device: l.Device, IPAddress: l.Address, CreatedAt: l.OpenedAt, LastUsedAt: l.UsedAt, Current: l.ID == who.LoginID,
			})
		}
		return err
	})
	return out, err
}

// EndSession signs one of the customer's devices out. It fails with
// logins.ErrUnknown.
func (o *Operations) EndSession(ctx context.Context, who access.Customer, login id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		recordLoginEnded(tx, who, login)
		ended, err := logins.Revoke(ctx, tx, logins.Customer, who.ID, login)
		return orFault(ended, err, logins.ErrUnknown)
	})
}

func orFault(done bool, err error, otherwise *fault.Error) error {
	if err != nil || done {
		return err
	}
	return otherwise
}

// Me is who a token stands for.
type Me struct {
	Customer Account      `json:"customer"`
	Tenant   TenantChoice `json:"tenant"`
}

// Me tells who is signed in, and where.
func (o *Operations) Me(ctx context.Context, who access.Customer) (Me, error) {
	var out Me
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		b := queueBusiness(tx)
		account, err := loadAccount(ctx, tx, who.ID)
		out = Me{Customer: account, Tenant: TenantChoice{TenantID: b.Value.ID, Slug: b.Value.Slug, Name: b.Value.Name}}
		return err
	})
	return out, err
}
