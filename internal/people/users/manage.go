package users

import (
	"context"
	"slices"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// Faults of managing users.
var (
	ErrNotFound   = fault.New(fault.NotFound, "user.not_found", "There is no such user.")
	ErrUserEmail  = fault.New(fault.Conflict, "user.email_taken", "There is an account with this e-mail address already.")
	ErrRank       = fault.New(fault.Forbidden, "user.rank", "You manage only users whose role is lower than yours.")
	ErrSelf       = fault.New(fault.BadRequest, "user.self", "You cannot do this to your own account.")
	ErrLastAdmin  = fault.New(fault.Conflict, "user.last_admin", "The business would be left without an active administrator.")
	ErrShared     = fault.New(fault.Conflict, "user.shared", "This account is not your business's alone: only its owner can change the name, the telephone number and the password.")
	ErrNotRemoved = fault.New(fault.Conflict, "user.not_removed", "The user was not removed.")
	ErrWelcomed   = fault.New(fault.Conflict, "user.welcomed", "The user has signed in already. Reset the password instead.")
)

// managed is a member of a tenant, as those see them who manage its users.
type managed struct {
	ID                 id.ID       `db:"id"`
	Email              string      `db:"email"`
	EmailVerified      bool        `db:"email_verified"`
	FirstName          string      `db:"first_name"`
	LastName           string      `db:"last_name"`
	Phone              string      `db:"phone"`
	AvatarURL          *string     `db:"avatar_url"`
	MustChangePassword bool        `db:"must_change_password"`
	LastLogin          *time.Time  `db:"last_login"`
	CreatedAt          time.Time   `db:"created_at"`
	UpdatedAt          time.Time   `db:"updated_at"`
	Role               access.Role `db:"role"`
	Position           string      `db:"position"`
	EmploymentType     *string     `db:"employment_type"`
	Active             bool        `db:"is_active"`      // in this tenant
	AccountActive      bool        `db:"account_active"` // at all
	Removed            bool        `db:"removed"`
	Outlets            []OutletRef `db:"outlets"`
}

// outletIDs are the outlets where the member works.
func (m *managed) outletIDs() []id.ID {
	ids := make([]id.ID, len(m.Outlets))
	for i, outlet := range m.Outlets {
		ids[i] = outlet.ID
	}
	return ids
}

// user is the member as the API shows it to those of the same tenant, who need not
// know where else the person works.
func (m *managed) user(tenant id.ID) User {
	return User{
		ID: m.ID, UnderscoreID: m.ID, Email: m.Email, EmailVerified: m.EmailVerified, FirstName: m.FirstName,
		LastName: m.LastName, Phone: m.Phone, AvatarURL: m.AvatarURL, Role: m.Role, Position: m.Position,
		EmploymentType: m.EmploymentType, TenantID: tenant, TenantIDs: []id.ID{tenant}, OutletIDs: m.outletIDs(),
		Outlets: m.Outlets, IsActive: m.Active && m.AccountActive, MustChangePassword: m.MustChangePassword, LastLogin: utc(m.LastLogin),
		CreatedAt: m.CreatedAt.UTC(), UpdatedAt: m.UpdatedAt.UTC(),
	}
}

// facts are what the audit trail keeps of a member.
type facts struct {
	Email          string      `json:"email"`
	FirstName      string      `json:"first_name"`
	LastName       string      `json:"last_name"`
	Role           access.Role `json:"role"`
	Position       string      `json:"position"`
	EmploymentType *string     `json:"employment_type"`
	OutletIDs      []id.ID     `json:"outlet_ids"`
	IsActive       bool        `json:"is_active"`
}

func (m *managed) facts() facts {
	return facts{m.Email, m.FirstName, m.LastName, m.Role, m.Position, m.EmploymentType, m.outletIDs(), m.Active}
}

// seenBy tells whether the caller may know of the member: administrators know of
// all, managers of those at their outlets, and everybody of themselves.
func (m *managed) seenBy(who access.Staff) bool {
	return m.ID == who.UserID || who.Meets(access.UsersRead) &&
		(who.Role.AllOutlets() || slices.ContainsFunc(m.outletIDs(), who.CanOutlet))
}

// managedBy refuses callers who may not change the member. An outlet manager
// changes nobody who works at an outlet of somebody else's, too.
func (m *managed) managedBy(who access.Staff) error {
	switch {
	case !m.seenBy(who):
		return ErrNotFound
	case m.ID == who.UserID:
		return ErrSelf
	case !who.Role.Manages(m.Role):
		return ErrRank
	case slices.ContainsFunc(m.outletIDs(), func(outlet id.ID) bool { return !who.CanOutlet(outlet) }):
		return outlets.ErrOutOfScope
	}
	return nil
}

// checks gathers refused fields, so that a client hears of all at once.
type checks struct{ fields []fault.Field }

func (c *checks) refuse(path, message string) { c.add(fault.InvalidField(path, message)) }

// add takes over the fields of a fault about one of them.
func (c *checks) add(err error) {
	if f, ok := fault.As(err); ok {
		c.fields = append(c.fields, f.Fields...)
	}
}

func (c *checks) err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return fault.ErrInvalid.WithFields(c.fields...)
}

// maxName bounds names and positions, in characters.
const maxName = 100

func (c *checks) line(path, raw string) string {
	line, err := cleanLine(path, raw)
	c.add(err)
	if text.Length(line) > maxName {
		c.refuse(path, "must have at most 100 characters")
	}
	return line
}

// name is a line that may not be empty.
func (c *checks) name(path, raw string) string {
	name := c.line(path, raw)
	if strings.TrimSpace(raw) == "" {
		c.refuse(path, "must not be empty")
	}
	return name
}

func (c *checks) email(path, raw string) string {
	address, err := tenants.CleanEmail(path, raw)
	c.add(err)
	return address
}

// phone is a number, or empty.
func (c *checks) phone(path, raw string) string {
	if strings.TrimSpace(raw) == "" {
		return ""
	}
	number, err := tenants.CleanPhone(path, raw)
	c.add(err)
	return number
}

// image is the address of a picture; nil where there is none.
func (c *checks) image(path, raw string) *string {
	address, err := tenants.CleanWebsite(path, raw)
	c.add(err)
	if address == "" {
		return nil
	}
	return &address
}

// unique drops repeated ids, keeping their order.
func unique(ids []id.ID) []id.ID {
	kept := make([]id.ID, 0, len(ids))
	for _, one := range ids {
		if !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// without are the ids that are not among others.
func without(ids, others []id.ID) []id.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(one id.ID) bool { return slices.Contains(others, one) })
}

// Get reads a user of the caller's tenant. Callers below a manager read only
// themselves. It fails with ErrNotFound.
func (o *Operations) Get(ctx context.Context, who access.Staff, user id.ID) (User, error) {
	m, err := o.find(ctx, who.Tenant, user)
	if err == nil && !m.seenBy(who) {
		err = ErrNotFound
	}
	return m.user(who.Tenant), err
}
