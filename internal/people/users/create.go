package users

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/token"
)

// NewUser is somebody who is to sign in to the staff portal.
type NewUser struct {
	Email            string          `json:"email" maxLength:"254" example:"rina@bellavista.com" doc:"Nobody else's in the whole system."`
	FirstName        string          `json:"first_name" minLength:"1" maxLength:"100" example:"Rina"`
	LastName         string          `json:"last_name,omitempty" maxLength:"100" example:"Wijaya"`
	Role             access.Role     `json:"role" enum:"super_admin,tenant_admin,outlet_manager,receptionist,staff" example:"receptionist"`
	TenantIDs        []id.ID         `json:"tenant_ids,omitempty" maxItems:"50" doc:"Redundant: your own. A super admin may name any, and several."`
	OutletIDs        []id.ID         `json:"outlet_ids,omitempty" maxItems:"100" doc:"Where the user works. Administrators reach every outlet and are given none."`
	Password         string          `json:"password,omitempty" maxLength:"1000" example:"Plum-Kite-47-harbor" doc:"Where absent one is made, of 16 characters, that must be changed at the first sign-in."`
	Phone            string          `json:"phone,omitempty" maxLength:"40" example:"+628123456789"`
	Position         string          `json:"position,omitempty" maxLength:"100" example:"Front desk"`
	EmploymentType   string          `json:"employment_type,omitempty" enum:"full_time,part_time,contract,freelance,intern" example:"full_time"`
	SendWelcomeEmail opt.Field[bool] `json:"send_welcome_email,omitzero" doc:"Where absent, true. The mail carries a password that was made, and never one that was given."`
}

// Created is a new user.
type Created struct {
	User
	TemporaryPassword string `json:"temporary_password,omitempty" example:"hU7#qPz2&mKd9wXe" doc:"Shown this once, and only where a password was made and no welcome mail carries it."`
}

// enrolment is a NewUser whose fields were checked, as it is stored.
type enrolment struct {
	newUser
	role       access.Role
	position   string
	employment *string
	tenants    []id.ID
	outlets    []id.ID
	mustChange bool
	welcome    bool
	password   string // as it was made; empty where one was given
}

// Create adds a user to the caller's tenant. It fails with ErrRank, tenants.ErrOther,
// tenants.ErrUnknown, outlets.ErrNotFound, outlets.ErrOutOfScope, ErrUserEmail,
// subscriptions.ErrStaffUserLimit and token.ErrBusy.
func (o *Operations) Create(ctx context.Context, who access.Staff, in NewUser) (Created, error) {
	e, err := in.check()
	if err != nil {
		return Created{}, err
	}
	if err := e.allowed(who); err != nil {
		return Created{}, err
	}
	password := in.Password
	if e.mustChange {
		if e.password, err = TemporaryPassword(); err != nil {
			return Created{}, err
		}
		password = e.password
	}
	if e.PasswordHash, err = o.hasher.Hash(ctx, password); err != nil {
		return Created{}, err
	}
	var out Created
	err = o.db.Platform(ctx, "create a staff user", func(tx *db.Tx) (err error) {
		out.User, err = e.write(ctx, tx, who)
		return err
	})
	if db.IsConflict(err, "users_email") {
		err = ErrUserEmail
	}
	if !e.welcome {
		out.TemporaryPassword = e.password
	}
	return out, err
}

func (in *NewUser) check() (*enrolment, error) {
	var c checks
	e := &enrolment{
		role: in.Role, tenants: unique(in.TenantIDs), outlets: unique(in.OutletIDs),
		mustChange: in.Password == "", welcome: in.SendWelcomeEmail.Or(true),
	}
	e.Email, e.Phone = c.email("email", in.Email), c.phone("phone", in.Phone)
	e.FirstName, e.LastName = c.name("first_name", in.FirstName), c.line("last_name", in.LastName)
	e.position = c.line("position", in.Position)
	if in.EmploymentType != "" {
		e.employment = &in.EmploymentType
	}
	if in.Password != "" {
		if problem := token.CheckPassword(in.Password); problem != "" {
			c.refuse("password", problem)
		}
	}
	return e, c.err()
}

// allowed tells whether the caller may create such a user, and fills in the tenant.
func (e *enrolment) allowed(who access.Staff) error {
	if !who.Role.Manages(e.role) {
		return ErrRank
	}
	if len(e.tenants) == 0 {
		e.tenants = []id.ID{who.Tenant}
	}
	others := slices.ContainsFunc(e.tenants, func(tenant id.ID) bool { return tenant != who.Tenant })
	if others && who.Role != access.SuperAdmin {
		return tenants.ErrOther
	}
	if len(e.outlets) == 0 {
		return needsOutlet(who)
	}
	return nil
}

// write queues the user with its memberships and answers it as seen in the caller's
// tenant or, where that is none of them, in the first.
func (e *enrolment) write(ctx context.Context, tx *db.Tx, who access.Staff) (User, error) {
	e.ID = id.NewAt(tx.Now())
	slices.Sort(e.tenants) // the order of locks
	plans := make([]*db.Result[subscriptions.Current], len(e.tenants))
	names := make([]*db.Result[tenantName], len(e.tenants))
	for i, tenant := range e.tenants {
		plans[i], names[i] = subscriptions.QueueLockedIn(tx, tenant), queueTenantName(tx, tenant)
	}
	places, err := checkPlaces(ctx, tx, who, e.tenants, e.outlets)
	if err != nil {
		return User{}, err
	}
	insertUser(tx, e.newUser, e.mustChange)
	for i, tenant := range e.tenants {
		if !names[i].Found {
			return User{}, tenants.ErrUnknown
		}
		if err := e.join(ctx, tx, who, tenant, plans[i].Value.Plan, at(places, tenant)); err != nil {
			return User{}, err
		}
	}
	shown := e.tenants[0]
	if slices.Contains(e.tenants, who.Tenant) {
		shown = who.Tenant
	}
	if e.welcome {
		name := names[slices.Index(e.tenants, shown)].Value
		letter{Business: name.Name, Slug: name.Slug, To: e.Email, Password: e.password}.welcome(tx)
	}
	user, err := reload(ctx, tx, shown, e.ID)
	if who.Role == access.SuperAdmin {
		user.TenantIDs = e.tenants
	}
	return user, err
}

// join queues the membership of one tenant.
func (e *enrolment) join(ctx context.Context, tx *db.Tx, who access.Staff, tenant id.ID, plan subscriptions.Plan, places []id.ID) error {
	insertMembership(tx, tenant, e.ID, e.role, e.position, e.employment)
	if e.role == access.TenantAdmin {
		places = []id.ID{}
	}
	addOutlets(tx, tenant, e.ID, places)
	audit.RecordIn(tx, tenant, who, "user.created", "user", e.ID, nil, facts{
		Email: e.Email, FirstName: e.FirstName, LastName: e.LastName, Role: e.role, Position: e.position,
		EmploymentType: e.employment, OutletIDs: places, IsActive: true,
	})
	if e.role != access.StaffRole {
		return nil
	}
	return checkRoom(ctx, tx, plan, tenant, places)
}

// at are those of the places that one tenant has.
func at(places []place, tenant id.ID) []id.ID {
	ids := []id.ID{}
	for _, p := range places {
		if p.TenantID == tenant {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
