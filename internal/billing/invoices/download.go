package invoices

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// ErrNoProviderPDF is an invoice that the provider has no print of.
var ErrNoProviderPDF = fault.New(fault.NotFound, "invoice.no_provider_pdf", "The payment provider has no print of this invoice.")

// Download prints an invoice, in whatever state it is and without asking anybody
// else. Equal invoices have equal tags; known is the tag that the caller has.
func (o *Operations) Download(ctx context.Context, r Reader, invoice id.ID, known string) (*api.Raw, error) {
	var p paper
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		p, err = load(ctx, tx, r, invoice)
		return err
	})
	if err != nil {
		return nil, err
	}
	body, err := p.print(o.fonts)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	header := http.Header{"Etag": {tag}}
	if matches(known, tag) {
		return &api.Raw{Status: http.StatusNotModified, Header: header}, nil
	}
	return &api.Raw{ContentType: "application/pdf", Filename: p.Number + ".pdf", Body: body, Header: header}, nil
}

// ProviderPDF leads to the provider's own print.
func (o *Operations) ProviderPDF(ctx context.Context, r Reader, invoice id.ID) (*api.Raw, error) {
	found, err := o.Get(ctx, r, invoice)
	switch {
	case err != nil:
		return nil, err
	case optional(found.PaperPDFURL) == "":
		return nil, ErrNoProviderPDF
	}
	return &api.Raw{Status: http.StatusFound, Header: http.Header{"Location": {*found.PaperPDFURL}}}, nil
}

// matches reads If-None-Match.
func matches(known, tag string) bool {
	for candidate := range strings.SplitSeq(known, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// load reads what is printed. The appointment's guest goes by the name that they
// typed.
func load(ctx context.Context, tx *db.Tx, r Reader, invoice id.ID) (paper, error) {
	p, err := db.One[paper](ctx, tx, `
		SELECT `+columns+`,
			t.timezone, coalesce(t.settings ->> 'language', 'en') AS language, coalesce(t.settings ->> 'theme_color', '') AS theme_color,
			coalesce(tl.digest, '') AS logo_digest, tl.image AS logo,
			t.name AS business_name, t.email AS business_email, t.phone AS business_phone,
			coalesce(o.name, '') AS outlet_name,
			coalesce(concat_ws(', ', nullif(o.street, ''), nullif(trim(o.postal_code || ' ' || o.city), ''), nullif(o.country, '')), '') AS outlet_address,
			coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name), '') AS customer_name,
			coalesce(a.guest ->> 'email', c.email) AS customer_email, coalesce(a.guest ->> 'phone', c.phone) AS customer_phone
		FROM invoices i
		JOIN tenants t ON t.id = $1
		LEFT JOIN tenant_logos tl ON tl.tenant_id = $1
		LEFT JOIN customers c ON c.tenant_id = $1 AND c.id = i.customer_id
		LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
		LEFT JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
		WHERE i.tenant_id = $1 AND i.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, invoice)
	if errors.Is(err, db.ErrNotFound) {
		return p, ErrNotFound
	}
	if p.Type.OfPlatform() {
		p.fromPlatform()
	}
	return p, err
}

// platformName is who bills businesses.
const platformName = "Reserva"

// fromPlatform turns the paper into one that the platform writes to the business, unless
// a customer is named.
func (p *paper) fromPlatform() {
	if email, phone := p.BusinessEmail, p.BusinessPhone; p.CustomerID == nil {
		p.CustomerName, p.CustomerEmail, p.CustomerPhone = p.BusinessName, &email, &phone
	}
	p.BusinessName, p.BusinessEmail, p.BusinessPhone = platformName, "", ""
	p.Logo, p.LogoDigest, p.ThemeColor = nil, "", ""
}
