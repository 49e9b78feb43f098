package users

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
)

// Device is a place where a user is signed in: the contract calls it a session.
type Device struct {
	ID         id.ID     `json:"id"`
	Device     string    `json:"device" example:"Mozilla/5.0 (X11; Linux x86_64)"`
	IPAddress  string    `json:"ip_address" example:"203.0.113.7"`
	Tenant     Choice    `json:"tenant" doc:"The business that it is signed in to."`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Current    bool      `json:"current" doc:"The device that asks."`
}

// Devices is the list of a user's signed-in devices.
type Devices struct {
	Items []Device `json:"items"`
}

// Devices lists where the user is signed in, in all tenants, the last used first.
func (o *Operations) Devices(ctx context.Context, who access.Staff) (Devices, error) {
	out := Devices{Items: []Device{}}
	err := o.db.PlatformView(ctx, "devices of a user", func(tx *db.Tx) error {
		list, err := logins.ListOfUser(ctx, tx, who.UserID)
		for _, l := range list {
			out.Items = append(out.Items, Device{
				ID: l.ID, Device: l.Device, IPAddress: l.Address, Tenant: Choice{l.Tenant, l.TenantName, l.TenantSlug},
				CreatedAt: l.OpenedAt.UTC(), LastUsedAt: l.UsedAt.UTC(), Current: l.ID == who.LoginID,
			})
		}
		return err
	})
	return out, err
}

// EndDevice signs one of the user's devices out at once, in whichever tenant. It
// fails with logins.ErrUnknown.
func (o *Operations) EndDevice(ctx context.Context, who access.Staff, login id.ID) error {
	return o.db.Platform(ctx, "end a device of a user", func(tx *db.Tx) error {
		tenant, err := logins.RevokeOfUser(ctx, tx, who.UserID, login)
		if err != nil {
			return err
		}
		audit.RecordIn(tx, tenant, who, "login.ended", "login", login, nil, nil)
		return nil
	})
}
