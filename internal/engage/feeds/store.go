package feeds

import (
	"context"
	"errors"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// answers tells whether the address of the feed f is good: its staff member s or outlet
// o is there, and the user who made it may see what it shows, as reach decides. A staff
// member who may not sign in any more has no calendar either.
const answers = `(
	(s.id IS NOT NULL AND s.deleted_at IS NULL AND s.is_active OR o.id IS NOT NULL AND o.deleted_at IS NULL)
	AND (s.user_id IS NULL OR EXISTS (
		SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id = $1 AND m.user_id = s.user_id AND m.is_active AND u.is_active AND u.deleted_at IS NULL))
	AND (f.issued_by_id IS NULL OR EXISTS (
		SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id = $1 AND m.user_id = f.issued_by_id AND m.is_active AND u.is_active AND u.deleted_at IS NULL
			AND (m.role = 'tenant_admin' OR s.user_id = m.user_id OR m.role = 'outlet_manager' AND NOT EXISTS (
				SELECT 1 FROM outlets x
				WHERE x.tenant_id = $1
					AND (x.id = o.id OR EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = x.id))
					AND NOT EXISTS (
						SELECT 1 FROM membership_outlets mo WHERE mo.tenant_id = $1 AND mo.user_id = m.user_id AND mo.outlet_id = x.id))))))`

const fromFeeds = `
	FROM calendar_feeds f
	LEFT JOIN staff s ON s.tenant_id = $1 AND s.id = f.staff_id
	LEFT JOIN outlets o ON o.tenant_id = $1 AND o.id = f.outlet_id`

const selectFeed = `
	SELECT f.id, f.staff_id, f.outlet_id, f.issued_by_id, ` + answers + ` AS is_active, f.version, f.created_at, f.issued_at` + fromFeeds + `
	WHERE f.tenant_id = $1 AND (f.staff_id = $2 OR f.outlet_id = $3)`

func find(ctx context.Context, tx *db.Tx, of owner) (Feed, error) {
	staff, outlet := of.columns()
	return one(db.One[Feed](ctx, tx, selectFeed, tx.Tenant(), staff, outlet))
}

// lock reads a feed that is about to be changed.
func lock(ctx context.Context, tx *db.Tx, of owner) (Feed, error) {
	staff, outlet := of.columns()
	return one(db.One[Feed](ctx, tx, selectFeed+`
		FOR UPDATE OF f`, tx.Tenant(), staff, outlet))
}

func one(f Feed, err error) (Feed, error) {
	if errors.Is(err, db.ErrNotFound) {
		return Feed{}, ErrNotFound
	}
	f.CreatedAt, f.IssuedAt = f.CreatedAt.UTC(), f.IssuedAt.UTC()
	return f, err
}

func insert(tx *db.Tx, feed id.ID, of owner, issuer *id.ID, hash []byte) {
	staff, outlet := of.columns()
	tx.Exec(`
		INSERT INTO calendar_feeds (tenant_id, id, staff_id, outlet_id, hash, issued_by_id, created_at, issued_at)
		VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7, $7)`,
		tx.Tenant(), feed, staff, outlet, hash, issuer, tx.Now())
}

func replace(tx *db.Tx, feed id.ID, issuer *id.ID, hash []byte) {
	tx.Exec(`
		UPDATE calendar_feeds
		SET hash = $3, issued_by_id = $4, issued_at = $5, version = version + 1
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), feed, hash, issuer, tx.Now())
}

func remove(tx *db.Tx, feed id.ID) {
	tx.Exec(`
		DELETE FROM calendar_feeds
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), feed)
}

func outletIsThere(ctx context.Context, tx *db.Tx, outlet id.ID) (bool, error) {
	return db.One[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM outlets WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL)`, tx.Tenant(), outlet)
}

// member is what reach has to know of a staff member.
type member struct {
	UserID  *id.ID  `db:"user_id"`
	Outlets []id.ID `db:"outlets"`
}

func findMember(ctx context.Context, tx *db.Tx, staff id.ID) (member, bool, error) {
	m := db.QueueOne[member](tx, `
		SELECT s.user_id, ARRAY(SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id) AS outlets
		FROM staff s
		WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL`, tx.Tenant(), staff)
	err := tx.Flush(ctx)
	return m.Value, m.Found, err
}
