package users

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// account is what signing in asks of a user.
type account struct {
	ID           id.ID  `db:"id"`
	PasswordHash string `db:"password_hash"`
	IsActive     bool   `db:"is_active"`
}

func queueAccountByEmail(tx *db.Tx, email string) *db.Result[account] {
	return db.QueueOne[account](tx, `
		SELECT id, password_hash, is_active
		FROM users
		WHERE email = $1 AND deleted_at IS NULL`, email)
}

func queueAccount(tx *db.Tx, user id.ID) *db.Result[account] {
	return db.QueueOne[account](tx, `
		SELECT id, password_hash, is_active
		FROM users
		WHERE id = $1 AND deleted_at IS NULL`, user)
}

// listChoices finds the tenants that a user may sign in to: the active ones of the
// memberships, or every one for a super admin, who may have to look into a closed
// one; the first hundred are enough to choose from by hand.
func listChoices(ctx context.Context, tx *db.Tx, user id.ID) ([]Choice, error) {
	return db.All[Choice](ctx, tx, `
		SELECT t.id, t.name, t.slug
		FROM users u
		JOIN tenants t ON (t.is_active OR u.is_super_admin) AND t.deleted_at IS NULL
		LEFT JOIN memberships m ON m.tenant_id = t.id AND m.user_id = u.id AND m.is_active
		WHERE u.id = $1 AND (u.is_super_admin OR m.user_id IS NOT NULL)
		ORDER BY t.name, t.id
		LIMIT 100`, user)
}

// memberOutlets are the outlets of a membership m that are there.
const memberOutlets = `ARRAY (
				SELECT mo.outlet_id
				FROM membership_outlets mo
				JOIN outlets mine ON mine.tenant_id = mo.tenant_id AND mine.id = mo.outlet_id AND mine.deleted_at IS NULL
				WHERE mo.tenant_id = m.tenant_id AND mo.user_id = m.user_id
				ORDER BY mine.name, mine.id)`

// member is a user as seen in one tenant.
type member struct {
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
	OutletIDs          []id.ID     `db:"outlet_ids"`
	TenantIDs          []id.ID     `db:"tenant_ids"`
	Position           string      `db:"position"`
	EmploymentType     *string     `db:"employment_type"`

	TenantName         string  `db:"tenant_name"`
	TenantSlug         string  `db:"tenant_slug"`
	LogoURL            *string `db:"logo_url"`
	ThemeColor         *string `db:"theme_color"`
	SubscriptionID     *id.ID  `db:"subscription_id"`
	SubscriptionStatus *string `db:"subscription_status"`
}

// findMember reads a user in a tenant, with the outlets within reach, from a
// platform transaction. It fails with ErrNoAccess where user, tenant or
// membership is not, or no longer, active.
func findMember(ctx context.Context, tx *db.Tx, user, tenant id.ID) (member, []OutletRef, error) {
	outlets := db.QueueAll[OutletRef](tx, `
		SELECT o.id, o.name, o.slug
		FROM outlets o
		LEFT JOIN memberships m ON m.tenant_id = o.tenant_id AND m.user_id = $2
		WHERE o.tenant_id = $1 AND o.deleted_at IS NULL
			AND (m.user_id IS NULL OR m.role = 'tenant_admin' OR EXISTS (
					SELECT 1
					FROM membership_outlets mo
					WHERE mo.tenant_id = $1 AND mo.user_id = $2 AND mo.outlet_id = o.id)
				OR EXISTS (SELECT 1 FROM users u WHERE u.id = $2 AND u.is_super_admin))
		ORDER BY o.is_default DESC, o.name, o.id`, tenant, user)
	row, err := db.One[member](ctx, tx, `
		SELECT u.id, u.email, u.email_verified, u.first_name, u.last_name, u.phone, u.avatar_url, u.must_change_password,
			u.last_login, u.created_at, u.updated_at,
			CASE WHEN u.is_super_admin THEN 'super_admin' ELSE m.role END AS role,
			`+memberOutlets+` AS outlet_ids,
			ARRAY (
				SELECT a.tenant_id
				FROM memberships a
				WHERE a.user_id = u.id AND a.is_active
				ORDER BY a.created_at, a.tenant_id) AS tenant_ids,
			coalesce(m.position, '') AS position, m.employment_type,
			t.name AS tenant_name, t.slug AS tenant_slug, t.logo_url, t.settings ->> 'theme_color' AS theme_color,
			s.id AS subscription_id, s.status AS subscription_status
		FROM users u
		JOIN tenants t ON t.id = $1 AND (t.is_active OR u.is_super_admin) AND t.deleted_at IS NULL
		LEFT JOIN memberships m ON m.tenant_id = t.id AND m.user_id = u.id AND m.is_active
		LEFT JOIN subscriptions s ON s.tenant_id = t.id
		WHERE u.id = $2 AND u.is_active AND u.deleted_at IS NULL AND (u.is_super_admin OR m.user_id IS NOT NULL)`,
		tenant, user)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNoAccess
	}
	return row, outlets.Rows, err
}

// caller is what each request asks of a token's user.
type caller struct {
	Email     string      `db:"email"`
	FirstName string      `db:"first_name"`
	LastName  string      `db:"last_name"`
	Role      access.Role `db:"role"`
	OutletIDs []id.ID     `db:"outlet_ids"`

	MustChangePassword bool `db:"must_change_password"`
}

// findCaller reads a live login's user, from a platform transaction: of a super
// admin, the tenant itself sees nothing.
func findCaller(ctx context.Context, tx *db.Tx, tenant, login, user id.ID) (caller, error) {
	return db.One[caller](ctx, tx, `
		SELECT u.email, u.first_name, u.last_name, u.must_change_password,
			CASE WHEN u.is_super_admin THEN 'super_admin' ELSE m.role END AS role,
			`+memberOutlets+` AS outlet_ids
		FROM logins l
		JOIN users u ON u.id = l.subject_id AND u.is_active AND u.deleted_at IS NULL
		JOIN tenants t ON t.id = l.tenant_id AND (t.is_active OR u.is_super_admin) AND t.deleted_at IS NULL
		LEFT JOIN memberships m ON m.tenant_id = l.tenant_id AND m.user_id = u.id AND m.is_active
		WHERE l.tenant_id = $1 AND l.id = $2 AND l.audience = 'staff' AND l.subject_id = $3 AND l.revoked_at IS NULL
			AND (u.is_super_admin OR m.user_id IS NOT NULL)`, tenant, login, user)
}

// newUser is the administrator that registration creates.
type newUser struct {
	ID           id.ID
	Email        string
	FirstName    string
	LastName     string
	Phone        string
	PasswordHash string
}

func insertAdmin(tx *db.Tx, tenant id.ID, u newUser) {
	tx.Exec(`
		INSERT INTO users (id, email, first_name, last_name, phone, password_hash, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		u.ID, u.Email, u.FirstName, u.LastName, u.Phone, u.PasswordHash, tx.Now())
	tx.Exec(`
		INSERT INTO memberships (tenant_id, user_id, role, created_at)
		VALUES ($1, $2, $3, $4)`, tenant, u.ID, string(access.TenantAdmin), tx.Now())
}
