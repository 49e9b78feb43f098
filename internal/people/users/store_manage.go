package users

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// managedColumns are the columns of managed, of memberships m and users u.
const managedColumns = `u.id, u.email, u.email_verified, u.first_name, u.last_name, u.phone, u.avatar_url,
	u.must_change_password, u.last_login, m.created_at, greatest(u.updated_at, m.changed_at) AS updated_at,
	CASE WHEN u.is_super_admin THEN 'super_admin' ELSE m.role END AS role, m.position, m.employment_type,
	m.is_active, u.is_active AS account_active, m.deleted_at IS NOT NULL AS removed,
	coalesce((
		SELECT json_agg(json_build_object('id', o.id, 'name', o.name, 'slug', o.slug) ORDER BY o.name, o.id)
		FROM membership_outlets mo
		JOIN outlets o ON o.tenant_id = mo.tenant_id AND o.id = mo.outlet_id AND o.deleted_at IS NULL
		WHERE mo.tenant_id = m.tenant_id AND mo.user_id = m.user_id), '[]') AS outlets`

const managedSQL = `
	SELECT ` + managedColumns + `
	FROM memberships m
	JOIN users u ON u.id = m.user_id
	WHERE m.tenant_id = $1 AND m.user_id = $2`

// find reads a member who was not removed. It fails with ErrNotFound.
func (o *Operations) find(ctx context.Context, tenant, user id.ID) (m managed, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		m, err = db.One[managed](ctx, tx, managedSQL+` AND m.deleted_at IS NULL`, tenant, user)
		return err
	})
	return m, unknown(err)
}

func unknown(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return ErrNotFound
	}
	return err
}

// reload reads what was just written, as the answer to its writer.
func reload(ctx context.Context, tx *db.Tx, tenant, user id.ID) (User, error) {
	m, err := db.One[managed](ctx, tx, managedSQL, tenant, user)
	return m.user(tenant), unknown(err)
}

// queueLocked reads a member, removed or not, who is about to be changed.
func queueLocked(tx *db.Tx, tenant, user id.ID) *db.Result[managed] {
	return db.QueueOne[managed](tx, managedSQL+` FOR NO KEY UPDATE OF m, u`, tenant, user)
}

// queueElsewhere asks whether a user belongs to another tenant as well.
func queueElsewhere(tx *db.Tx, tenant, user id.ID) *db.Result[bool] {
	return db.QueueOne[bool](tx, `
		SELECT EXISTS (
			SELECT 1
			FROM memberships m
			WHERE m.user_id = $2 AND m.tenant_id <> $1 AND m.deleted_at IS NULL)`, tenant, user)
}

// queueOtherAdmin asks whether a tenant has an active administrator beside one.
func queueOtherAdmin(tx *db.Tx, tenant, user id.ID) *db.Result[bool] {
	return db.QueueOne[bool](tx, `
		SELECT EXISTS (
			SELECT 1
			FROM memberships m
			JOIN users u ON u.id = m.user_id
			WHERE m.tenant_id = $1 AND m.user_id <> $2 AND m.role = 'tenant_admin' AND m.is_active
				AND u.is_active AND u.deleted_at IS NULL)`, tenant, user)
}

// tenantName is what a mail calls a tenant.
type tenantName struct {
	Name string `db:"name"`
	Slug string `db:"slug"`
}

func queueTenantName(tx *db.Tx, tenant id.ID) *db.Result[tenantName] {
	return db.QueueOne[tenantName](tx, `
		SELECT name, slug
		FROM tenants
		WHERE id = $1 AND deleted_at IS NULL`, tenant)
}

// place is an outlet that is there.
type place struct {
	TenantID id.ID `db:"tenant_id"`
	ID       id.ID `db:"id"`
}

// queuePlaces finds those of the outlets that the tenants have.
func queuePlaces(tx *db.Tx, tenants, wanted []id.ID) *db.Results[place] {
	return db.QueueAll[place](tx, `
		SELECT o.tenant_id, o.id
		FROM outlets o
		WHERE o.tenant_id = ANY ($1) AND o.id = ANY ($2) AND o.deleted_at IS NULL`, tenants, wanted)
}

// fullest counts the users with the role staff at each of the outlets, the
// deactivated ones among them, and returns the largest number.
func fullest(ctx context.Context, tx *db.Tx, tenant id.ID, at []id.ID) (int, error) {
	return db.One[int](ctx, tx, `
		SELECT coalesce(max(n), 0)
		FROM (
			SELECT count(*) AS n
			FROM membership_outlets mo
			JOIN memberships m ON m.tenant_id = mo.tenant_id AND m.user_id = mo.user_id
			WHERE mo.tenant_id = $1 AND mo.outlet_id = ANY ($2) AND m.role = 'staff' AND m.deleted_at IS NULL
			GROUP BY mo.outlet_id) counted`, tenant, at)
}

func insertUser(tx *db.Tx, u newUser, mustChange bool) {
	tx.Exec(`
		INSERT INTO users (id, email, first_name, last_name, phone, password_hash, must_change_password, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		u.ID, u.Email, u.FirstName, u.LastName, u.Phone, u.PasswordHash, mustChange, tx.Now())
}

func insertMembership(tx *db.Tx, tenant, user id.ID, role access.Role, position string, employment *string) {
	tx.Exec(`
		INSERT INTO memberships (tenant_id, user_id, role, position, employment_type, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, tenant, user, string(role), position, employment, tx.Now())
}

func addOutlets(tx *db.Tx, tenant, user id.ID, outlets []id.ID) {
	tx.Exec(`
		INSERT INTO membership_outlets (tenant_id, user_id, outlet_id)
		SELECT $1, $2, o.id
		FROM unnest($3::text[]) AS o (id)
		ON CONFLICT DO NOTHING`, tenant, user, outlets)
}

func removeOutlets(tx *db.Tx, tenant, user id.ID, outlets []id.ID) {
	tx.Exec(`
		DELETE FROM membership_outlets
		WHERE tenant_id = $1 AND user_id = $2 AND outlet_id = ANY ($3)`, tenant, user, outlets)
}

// updateMembership queues all that may change of a membership.
func updateMembership(tx *db.Tx, tenant id.ID, m *managed) {
	tx.Expect(1, "memberships_changed", `
		UPDATE memberships
		SET role = $3, position = $4, employment_type = $5, is_active = $6, changed_at = $7,
			deleted_at = CASE WHEN $8::boolean THEN coalesce(deleted_at, $7) END
		WHERE tenant_id = $1 AND user_id = $2
		RETURNING user_id`,
		tenant, m.ID, string(m.Role), m.Position, m.EmploymentType, m.Active, tx.Now(), m.Removed)
}

// updatePerson queues what may change of the person.
func updatePerson(tx *db.Tx, user id.ID, firstName, lastName, phone string, avatar *string) {
	tx.Expect(1, "users_changed", `
		UPDATE users
		SET first_name = $2, last_name = $3, phone = $4, avatar_url = $5, updated_at = $6
		WHERE id = $1
		RETURNING id`, user, firstName, lastName, phone, avatar, tx.Now())
}

// closeAccount and reopenAccount follow the last membership that is removed and the
// first that comes back. A closed account's address is free for another.
func closeAccount(tx *db.Tx, user id.ID) {
	tx.Exec(`UPDATE users SET deleted_at = $2, updated_at = $2 WHERE id = $1 AND NOT is_super_admin`, user, tx.Now())
}

func reopenAccount(tx *db.Tx, user id.ID) {
	tx.Exec(`UPDATE users SET deleted_at = NULL, updated_at = $2 WHERE id = $1 AND deleted_at IS NOT NULL`, user, tx.Now())
}

// setTemporaryPassword queues a password that its owner must change.
func setTemporaryPassword(tx *db.Tx, user id.ID, hash string) {
	tx.Expect(1, "users_changed", `
		UPDATE users
		SET password_hash = $2, must_change_password = true, updated_at = $3
		WHERE id = $1
		RETURNING id`, user, hash, tx.Now())
}
