package users

import (
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

// Lifetimes of what a sign-in gives.
const (
	accessLifetime    = 1800 * time.Second
	refreshLifetime   = 7 * 24 * time.Hour
	selectionLifetime = 5 * time.Minute
)

// Tokens are what a client keeps.
type Tokens struct {
	AccessToken         string `json:"access_token" required:"false" example:"eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI2NWExIn0.c2ln"`
	RefreshToken        string `json:"refresh_token" required:"false" example:"65a1b2c3d4e5f6a7b8c9d0e1.N0dHc2hRbUZ5"`
	TokenType           string `json:"token_type" required:"false" enum:"bearer"`
	TokenTypeIdentifier string `json:"token_type_identifier" required:"false" enum:"user"`
	ExpiresIn           int    `json:"expires_in" required:"false" example:"1800" doc:"Seconds until the access token ends."`
}

// Session is who is signed in, where, and to what.
type Session struct {
	User               Profile             `json:"user" required:"false"`
	Tenant             TenantRef           `json:"tenant" required:"false"`
	Outlets            []OutletRef         `json:"outlets" required:"false" doc:"The outlets within reach; all of them for administrators."`
	AccessType         string              `json:"access_type" required:"false" enum:"single,multi,super" doc:"Whether the user has one tenant, several, or all."`
	Permissions        []access.Permission `json:"permissions" required:"false"`
	PermissionsVersion int                 `json:"permissions_version" required:"false" format:"int64" example:"293847561" doc:"Differs where role, permissions or outlets do; the access token has it, too. A client that finds another one in the session than in its token refreshes the token."`
	SubscriptionStatus *string             `json:"subscription_status" required:"false" example:"active"`
	SubscriptionID     *id.ID              `json:"subscription_id" required:"false"`
}

// SignedIn is the documented answer of a completed sign-in.
type SignedIn struct {
	Tokens
	Session
}

// Profile is what a session shows of its user.
type Profile struct {
	ID                 id.ID       `json:"id"`
	Email              string      `json:"email" example:"admin@bellavista.com"`
	FirstName          string      `json:"first_name" example:"Ana"`
	LastName           string      `json:"last_name" example:"Reyes"`
	Role               access.Role `json:"role" example:"tenant_admin"`
	AvatarURL          *string     `json:"avatar_url"`
	LastLogin          *time.Time  `json:"last_login"`
	MustChangePassword bool        `json:"must_change_password"`
}

// TenantRef is what a session shows of its tenant.
type TenantRef struct {
	ID         id.ID   `json:"id"`
	Name       string  `json:"name" example:"Bella Vista Spa"`
	Slug       string  `json:"slug" example:"bella-vista-spa"`
	LogoURL    *string `json:"logo_url"`
	ThemeColor *string `json:"theme_color"`
}

// OutletRef is what a session shows of an outlet.
type OutletRef struct {
	ID   id.ID  `json:"id" db:"id"`
	Name string `json:"name" db:"name" example:"Bella Vista Downtown"`
	Slug string `json:"slug" db:"slug" example:"bella-vista-downtown"`
}

// Selection asks a user of several tenants for the one to sign in to.
type Selection struct {
	RequiresTenantSelection bool     `json:"requires_tenant_selection" required:"false" example:"true"`
	AvailableTenants        []Choice `json:"available_tenants" required:"false"`
	AuthToken               string   `json:"auth_token" required:"false" doc:"Stands in for the password at complete-login, once, for five minutes."`
	Message                 string   `json:"message" required:"false" example:"Choose the business to sign in to."`
}

// Choice is a tenant that may be signed in to.
type Choice struct {
	ID   id.ID  `json:"id" db:"id"`
	Name string `json:"name" db:"name" example:"Bella Vista Spa"`
	Slug string `json:"slug" db:"slug" example:"bella-vista-spa"`
}

// Answer is one of the two answers of a sign-in; the other's members are absent,
// which is why the document calls none of them required.
type Answer struct {
	*SignedIn
	*Selection
}

// User is the documented object.
type User struct {
	ID                 id.ID       `json:"id"`
	UnderscoreID       id.ID       `json:"_id"`
	Email              string      `json:"email" example:"admin@bellavista.com"`
	EmailVerified      bool        `json:"email_verified"`
	FirstName          string      `json:"first_name" example:"Ana"`
	LastName           string      `json:"last_name" example:"Reyes"`
	Phone              string      `json:"phone" example:"+639161234567"`
	AvatarURL          *string     `json:"avatar_url"`
	Role               access.Role `json:"role" example:"tenant_admin"`
	Position           string      `json:"position" example:"Front desk"`
	EmploymentType     *string     `json:"employment_type" enum:"full_time,part_time,contract,freelance,intern"`
	TenantID           id.ID       `json:"tenant_id" doc:"The tenant of this session."`
	TenantIDs          []id.ID     `json:"tenant_ids" doc:"All tenants of one's own account; of another's, only that of this session."`
	OutletIDs          []id.ID     `json:"outlet_ids" doc:"Empty for administrators, who reach every outlet."`
	Outlets            []OutletRef `json:"outlets"`
	IsActive           bool        `json:"is_active"`
	MustChangePassword bool        `json:"must_change_password"`
	LastLogin          *time.Time  `json:"last_login"`
	CreatedAt          time.Time   `json:"created_at"`
	UpdatedAt          time.Time   `json:"updated_at"`
}

// utc is a moment that may be missing, as answers show it.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
