package customers

import (
	"slices"
	"strings"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/phone"
	"reserva/internal/kit/text"
	"reserva/internal/kit/token"
)

// Limits of what is typed, in characters.
const (
	maxName  = 100
	maxNotes = 500
	maxTag   = 50
	maxTags  = 50
)

// checks gathers refused fields, so that a client hears of all at once.
type checks struct{ fields []fault.Field }

func (c *checks) refuse(path, message, kind string) {
	c.fields = append(c.fields, fault.Field{Loc: fault.Loc(path), Message: message, Type: kind})
}

func (c *checks) err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return fault.ErrInvalid.WithFields(c.fields...)
}

// line trims a single-line text of at most max characters.
func (c *checks) line(path, raw string, max int) string {
	line, err := text.Line(raw)
	if err != nil {
		c.refuse(path, "Must not hold line breaks or control characters.", "value_error")
	}
	if text.Length(line) > max {
		c.refuse(path, "Is too long.", "string_too_long")
	}
	return line
}

// name is a line that may not be empty.
func (c *checks) name(path, raw string) string {
	name := c.line(path, raw, maxName)
	if name == "" {
		c.refuse(path, "Must not be empty.", "value_error")
	}
	return name
}

// email is the address in its normal form; nil where none was typed.
func (c *checks) email(path, raw string) *string {
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	address, err := mail.Normalise(raw)
	if err != nil {
		c.refuse(path, "Must be an e-mail address.", "value_error")
		return nil
	}
	return &address
}

// phone is the number in E.164; nil where none was typed.
func (c *checks) phone(path, raw, region string) *string {
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	number, err := phone.Normalise(raw, region)
	if err != nil {
		c.refuse(path, "Must be a phone number, with its country code.", "value_error")
		return nil
	}
	return &number
}

func (c *checks) password(path, password string) {
	if problem := token.CheckPassword(password); problem != "" {
		c.refuse(path, problem, "value_error")
	}
}

// notes is text of several lines.
func (c *checks) notes(path, raw string) string {
	notes := strings.TrimSpace(raw)
	if text.Length(notes) > maxNotes {
		c.refuse(path, "Must have at most 500 characters.", "string_too_long")
	}
	return notes
}

func (c *checks) birth(path string, date *civil.Date, today civil.Date) *civil.Date {
	if date != nil && date.After(today) {
		c.refuse(path, "Must not lie in the future.", "value_error")
	}
	return date
}

// tags trims tags and drops empty and repeated ones.
func (c *checks) tags(path string, raw []string) []string {
	tags := []string{}
	for _, tag := range raw {
		tag = c.line(path, tag, maxTag)
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > maxTags {
		c.refuse(path, "Must have at most 50 entries.", "too_long")
	}
	return tags
}

// Tier is the membership that loyalty points give: basic below 100, silver below
// 500, gold below 1000, then platinum.
func Tier(points int64) string {
	switch {
	case points >= 1000:
		return "platinum"
	case points >= 500:
		return "gold"
	case points >= 100:
		return "silver"
	default:
		return "basic"
	}
}
