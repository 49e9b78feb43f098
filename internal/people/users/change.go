package users

import (
	"context"
	"reflect"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Change is a partial update of a user: what is absent stays.
type Change struct {
	FirstName      opt.Field[string]      `json:"first_name,omitzero" minLength:"1" maxLength:"100" example:"Rina"`
	LastName       opt.Field[string]      `json:"last_name,omitzero" maxLength:"100" example:"Wijaya"`
	Phone          opt.Field[string]      `json:"phone,omitzero" maxLength:"40" example:"+628123456789"`
	Role           opt.Field[access.Role] `json:"role,omitzero" enum:"super_admin,tenant_admin,outlet_manager,receptionist,staff" example:"outlet_manager"`
	OutletIDs      opt.Field[[]id.ID]     `json:"outlet_ids,omitzero" maxItems:"100" doc:"All outlets; replaces the list."`
	Position       opt.Field[string]      `json:"position,omitzero" maxLength:"100" example:"Front desk"`
	EmploymentType opt.Field[string]      `json:"employment_type,omitzero" enum:"full_time,part_time,contract,freelance,intern" example:"part_time"`
	IsActive       opt.Field[bool]        `json:"is_active,omitzero" doc:"False ends the user's sessions at once."`
}

// Update changes a user of a lower role. It fails as edit does, and with ErrShared,
// ErrLastAdmin, outlets.ErrNotFound and subscriptions.ErrStaffUserLimit.
func (o *Operations) Update(ctx context.Context, who access.Staff, user id.ID, in Change) (User, error) {
	if err := in.clean(); err != nil {
		return User{}, err
	}
	return o.edit(ctx, who, user, "user.updated", func(e *edit) error {
		in.apply(e)
		return e.present()
	})
}

// clean refuses what no user can be changed to, and brings the rest into its stored
// form.
func (in *Change) clean() error {
	var c checks
	if in.FirstName.Set {
		in.FirstName.Value = c.name("first_name", in.FirstName.Value)
	}
	in.LastName.Value = c.line("last_name", in.LastName.Value)
	in.Phone.Value = c.phone("phone", in.Phone.Value)
	in.Position.Value = c.line("position", in.Position.Value)
	if in.Role.Null {
		c.refuse("role", "must not be null")
	}
	if in.IsActive.Null {
		c.refuse("is_active", "must not be null")
	}
	return c.err()
}

func (in *Change) apply(e *edit) {
	in.FirstName.Apply(&e.new.FirstName)
	in.LastName.Apply(&e.new.LastName)
	in.Phone.Apply(&e.new.Phone)
	in.Role.Apply(&e.new.Role)
	in.Position.Apply(&e.new.Position)
	in.EmploymentType.ApplyPtr(&e.new.EmploymentType)
	in.IsActive.Apply(&e.new.Active)
	if in.OutletIDs.Set {
		e.outlets = unique(in.OutletIDs.Value)
	}
}

// OwnUser is what users may change of their own accounts.
type OwnUser struct {
	FirstName opt.Field[string] `json:"first_name,omitzero" minLength:"1" maxLength:"100" example:"Rina"`
	LastName  opt.Field[string] `json:"last_name,omitzero" maxLength:"100" example:"Wijaya"`
	Phone     opt.Field[string] `json:"phone,omitzero" maxLength:"40" example:"+628123456789"`
	AvatarURL opt.Field[string] `json:"avatar_url,omitzero" maxLength:"500" example:"https://bellavista.com/rina.jpg"`
}

// person is what an account says of its owner.
type person struct {
	FirstName string  `json:"first_name" db:"first_name"`
	LastName  string  `json:"last_name" db:"last_name"`
	Phone     string  `json:"-" db:"phone"`
	AvatarURL *string `json:"avatar_url" db:"avatar_url"`
}

// UpdateMe changes the caller's own account, in all tenants at once.
func (o *Operations) UpdateMe(ctx context.Context, who access.Staff, in OwnUser) (User, error) {
	err := o.db.Platform(ctx, "change one's own account", func(tx *db.Tx) error {
		old, err := db.One[person](ctx, tx, `
			SELECT first_name, last_name, phone, avatar_url
			FROM users
			WHERE id = $1
			FOR NO KEY UPDATE`, who.UserID)
		if err != nil {
			return unknown(err)
		}
		p := old
		if err := in.apply(&p); err != nil || reflect.DeepEqual(p, old) {
			return err
		}
		updatePerson(tx, who.UserID, p.FirstName, p.LastName, p.Phone, p.AvatarURL)
		audit.RecordIn(tx, who.Tenant, who, "user.own_account_changed", "user", who.UserID, old, p)
		return nil
	})
	if err != nil {
		return User{}, err
	}
	return o.Me(ctx, who)
}

func (in *OwnUser) apply(p *person) error {
	var c checks
	if in.FirstName.Set {
		p.FirstName = c.name("first_name", in.FirstName.Value)
	}
	if in.LastName.Set {
		p.LastName = c.line("last_name", in.LastName.Value)
	}
	if in.Phone.Set {
		p.Phone = c.phone("phone", in.Phone.Value)
	}
	if in.AvatarURL.Set {
		p.AvatarURL = c.image("avatar_url", in.AvatarURL.Value)
	}
	return c.err()
}
