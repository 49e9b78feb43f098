package staff

import (
	"fmt"
	"slices"
	"strings"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// Limits of what is typed, in characters and in entries.
const (
	maxName  = 100
	maxBio   = 2000
	maxTags  = 50
	maxTiers = 20
)

// checks gathers refused fields, so that a client hears of all at once.
type checks struct{ fields []fault.Field }

func (c *checks) refuse(path, message, kind string) {
	c.fields = append(c.fields, fault.Field{Loc: fault.Loc(path), Message: message, Type: kind})
}

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

// line trims a single-line text.
func (c *checks) line(path, raw string) string {
	line, err := text.Line(raw)
	if err != nil {
		c.refuse(path, "Must not hold line breaks or control characters.", "value_error")
	}
	if text.Length(line) > maxName {
		c.refuse(path, fmt.Sprintf("Must have at most %d characters.", maxName), "string_too_long")
	}
	return line
}

// name is a line that may not be empty.
func (c *checks) name(path, raw string) string {
	name := c.line(path, raw)
	if name == "" {
		c.refuse(path, "Must not be empty.", "value_error")
	}
	return name
}

func (c *checks) email(path, raw string) string {
	address, err := mail.Normalise(raw)
	if err != nil {
		c.refuse(path, "Must be an e-mail address.", "value_error")
	}
	return address
}

func (c *checks) phone(path, raw string) string {
	number, err := tenants.CleanPhone(path, raw)
	c.add(err)
	return number
}

// bio is text of several lines.
func (c *checks) bio(path, raw string) string {
	bio := strings.TrimSpace(raw)
	if text.Length(bio) > maxBio {
		c.refuse(path, fmt.Sprintf("Must have at most %d characters.", maxBio), "string_too_long")
	}
	return bio
}

// image is the address of a picture; nil where none was typed.
func (c *checks) image(path string, raw *string) *string {
	if raw == nil || strings.TrimSpace(*raw) == "" {
		return nil
	}
	address, err := tenants.CleanWebsite(path, *raw)
	c.add(err)
	return &address
}

// handle is a name on Instagram without its at sign; nil where none was typed.
func (c *checks) handle(path string, raw *string) *string {
	if raw == nil {
		return nil
	}
	handle := strings.TrimPrefix(c.line(path, *raw), "@")
	if handle == "" {
		return nil
	}
	return &handle
}

// birth is a day that has been.
func (c *checks) birth(path string, date *civil.Date, today civil.Date) *civil.Date {
	if date != nil && date.After(today) {
		c.refuse(path, "Must not lie in the future.", "value_error")
	}
	return date
}

// lines trims short texts and drops empty and repeated ones.
func (c *checks) lines(path string, raw []string) []string {
	kept := []string{}
	for i, one := range raw {
		line := c.line(fmt.Sprintf("%s.%d", path, i), one)
		if line != "" && !slices.Contains(kept, line) {
			kept = append(kept, line)
		}
	}
	if len(kept) > maxTags {
		c.refuse(path, fmt.Sprintf("Must have at most %d entries.", maxTags), "too_long")
	}
	return kept
}

// amount turns major units into minor ones; nil where none was typed.
func (c *checks) amount(path string, raw *money.Decimal, currency money.Currency) *int64 {
	if raw == nil {
		return nil
	}
	minor, err := raw.NonNegativeMinor(currency)
	if err != nil {
		c.refuse(path, "Must be an amount of zero or more.", "value_error")
	}
	return &minor
}

// commission checks what no schema can.
func (c *checks) commission(path string, in Commission) Commission {
	for service := range in.ServiceRates {
		if !id.ID(service).Valid() {
			c.refuse(path+"service_rates", "Must be named by the ids of services.", "value_error")
			break
		}
	}
	if len(in.PerformanceTiers) > maxTiers {
		c.refuse(path+"performance_tiers", fmt.Sprintf("Must have at most %d entries.", maxTiers), "too_long")
	}
	for i, tier := range in.PerformanceTiers {
		if tier.MinRevenue.Sign() < 0 {
			c.refuse(fmt.Sprintf("%sperformance_tiers.%d.min_revenue", path, i), "Must be zero or more.", "value_error")
		}
	}
	return in
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
