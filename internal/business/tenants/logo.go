package tenants

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of logos.
var (
	ErrNoLogo  = fault.New(fault.NotFound, "tenant.no_logo", "The business has no uploaded logo.")
	errOneLogo = fault.InvalidField("logo", "send either the part logo or the part logo_url")
)

// Logo is where a business's logo is.
type Logo struct {
	LogoURL *string `json:"logo_url" example:"https://book.example.com/api/v1/public/tenants/bella-vista-spa/logo?v=0f343b0931126a20"`
}

// SetLogo takes a picture, or where there is one on the web. A picture is kept by
// this server and shown to anybody. It fails with ErrOther, ErrUnknown and
// ErrPicture.
func (o *Operations) SetLogo(ctx context.Context, who access.Staff, tenant id.ID, upload io.Reader, address string) (Logo, error) {
	if err := reach(who, tenant); err != nil {
		return Logo{}, err
	}
	if (upload == nil) == (strings.TrimSpace(address) == "") {
		return Logo{}, errOneLogo
	}
	var kept *picture
	if upload != nil {
		p, err := readPicture(upload)
		if err != nil {
			return Logo{}, err
		}
		kept = &p
	}
	address, err := CleanWebsite("logo_url", address)
	if err != nil {
		return Logo{}, err
	}
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, tenant)
		if err != nil {
			return err
		}
		logo := address
		if kept != nil {
			logo = o.logoAddress(old.Slug, kept.Digest)
		}
		keepLogo(tx, kept)
		tx.Expect(1, "tenants_changed", `
			UPDATE tenants
			SET logo_url = $2, updated_at = $3
			WHERE id = $1
			RETURNING id`, tenant, logo, tx.Now())
		next := old
		next.LogoURL, next.UpdatedAt = &logo, tx.Now()
		audit.Record(tx, who, "tenant.logo_set", "tenant", tenant, old, next)
		address = logo
		return nil
	})
	return Logo{&address}, err
}

// logoAddress is where a kept logo is shown. The digest keeps caches from showing
// the one before.
func (o *Operations) logoAddress(slug, digest string) string {
	return o.config.PublicURL + "/api/v1/public/tenants/" + slug + "/logo?v=" + digest
}

// keepLogo queues the picture in place of the one before; none for nil.
func keepLogo(tx *db.Tx, p *picture) {
	if p == nil {
		tx.Exec(`DELETE FROM tenant_logos WHERE tenant_id = $1`, tx.Tenant())
		return
	}
	tx.Exec(`
		INSERT INTO tenant_logos (tenant_id, digest, content_type, image, created_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id) DO UPDATE
		SET digest = EXCLUDED.digest, content_type = EXCLUDED.content_type, image = EXCLUDED.image, created_at = EXCLUDED.created_at`,
		tx.Tenant(), p.Digest, p.Type, p.Bytes, tx.Now())
}

// logoRow is a kept logo.
type logoRow struct {
	Digest    string    `db:"digest"`
	Type      string    `db:"content_type"`
	Image     []byte    `db:"image"`
	CreatedAt time.Time `db:"created_at"`
}

// findLogo reads the kept logo of an active business. It fails with ErrNoLogo.
func (o *Operations) findLogo(ctx context.Context, slug string) (logoRow, error) {
	var row logoRow
	err := o.db.PlatformView(ctx, "public logo", func(tx *db.Tx) (err error) {
		row, err = db.One[logoRow](ctx, tx, `
			SELECT l.digest, l.content_type, l.image, l.created_at
			FROM tenants t
			JOIN tenant_logos l ON l.tenant_id = t.id
			WHERE t.slug = $1 AND t.is_active AND t.deleted_at IS NULL`, strings.ToLower(slug))
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return row, ErrNoLogo
	}
	return row, err
}
