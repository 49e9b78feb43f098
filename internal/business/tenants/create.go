package tenants

import (
	"encoding/json"
	"strings"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/phone"
	"reserva/internal/kit/text"
)

// Draft is a tenant to be created. Its fields are as the cleaning functions of this
// package return them.
type Draft struct {
	Slug         string
	Name         string
	Email        string
	Phone        string
	Description  string
	Website      string
	BusinessType string
	Timezone     string         // empty for the platform's default
	Currency     money.Currency // empty for the platform's default
}

// Create queues a new tenant, with the templates of its kind of business, in a
// platform transaction. A slug that was taken in the meantime conflicts with
// SlugConstraint.
func Create(tx *db.Tx, tenant id.ID, in Draft) {
	if in.Timezone == "" {
		in.Timezone = defaultTimezone
	}
	if in.Currency == "" {
		in.Currency = defaultCurrency
	}
	positions, categories := templates(in.BusinessType)
	options, err := json.Marshal(map[string]any{
		"staff_position_templates":   positions,
		"service_category_templates": categories,
	})
	if err != nil {
		panic(err) // two lists of strings
	}
	tx.Exec(`
		INSERT INTO tenants (id, slug, name, email, phone, description, website, business_type, timezone, currency,
			settings, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		tenant, in.Slug, in.Name, in.Email, in.Phone, in.Description, in.Website, in.BusinessType, in.Timezone,
		in.Currency, options, tx.Now())
}

// CleanName reads a name of 2 to 100 characters on one line.
func CleanName(path, raw string) (string, error) {
	name, err := text.Line(raw)
	if err != nil || text.Length(name) < 2 || text.Length(name) > 100 {
		return "", fault.InvalidField(path, "must be one line of 2 to 100 characters")
	}
	return name, nil
}

// CleanEmail reads an e-mail address.
func CleanEmail(path, raw string) (string, error) {
	address, err := mail.Normalise(raw)
	if err != nil {
		return "", fault.InvalidField(path, "must be an e-mail address")
	}
	return address, nil
}

// CleanPhone reads a telephone number into E.164, as dialled in Indonesia where
// it has no country. Businesses print numbers in ways that no table knows, so
// what has digits enough to be one is otherwise kept as it was typed.
func CleanPhone(path, raw string) (string, error) {
	if number, err := phone.Normalise(raw, "ID"); err == nil {
		return number, nil
	}
	line, err := text.Line(raw)
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, line)
	if err != nil || len(digits) < 5 || len(digits) > 20 || strings.Trim(line, "0123456789 +-().·/") != "" {
		return "", fault.InvalidField(path, "must be a telephone number")
	}
	return line, nil
}
