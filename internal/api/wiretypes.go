package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

const (
	exampleID      = "65f1e2a0c3b4d5e6f7a8b9c0"
	clockPattern   = `^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$`
	instantPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`
	decimalPattern = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$`
)

// wireType returns the schema of a type that package kit fixes the wire format
// of, nil for any other.
func wireType(t reflect.Type) *huma.Schema {
	switch t {
	case reflect.TypeFor[id.ID]():
		return text(huma.Schema{Pattern: `^[0-9a-f]{24}$`, PatternDescription: "24 hexadecimal digits"}, exampleID)
	case reflect.TypeFor[civil.Date](), reflect.TypeFor[DateParam]():
		return text(huma.Schema{Format: "date"}, "2026-04-10")
	case reflect.TypeFor[civil.Clock](), reflect.TypeFor[ClockParam]():
		return text(huma.Schema{Pattern: clockPattern, PatternDescription: "a time of day as HH:MM"}, "14:30")
	case reflect.TypeFor[Instant]():
		return text(huma.Schema{
			Pattern: instantPattern, PatternDescription: "a moment in RFC 3339",
			Description: "RFC 3339; without an offset it is UTC.",
		}, "2026-04-01T09:15:00Z")
	case reflect.TypeFor[Object]():
		return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	case reflect.TypeFor[money.Currency]():
		return text(huma.Schema{Pattern: `^[A-Z]{3}$`, PatternDescription: "a currency code of ISO 4217"}, "IDR")
	case reflect.TypeFor[money.Decimal](), reflect.TypeFor[DecimalParam](), reflect.TypeFor[money.Rate]():
		return decimal(t)
	case reflect.TypeFor[money.Number]():
		return &huma.Schema{Type: huma.TypeNumber, Examples: []any{150000.0}}
	case reflect.TypeFor[money.Text]():
		return text(huma.Schema{Pattern: decimalPattern}, "150000.00")
	}
	return nil
}

// Object is a JSON object with any members. A pointer to it may be null.
type Object map[string]any

// text completes the schema of a string.
func text(s huma.Schema, example string) *huma.Schema {
	s.Type, s.Examples = huma.TypeString, []any{example}
	return &s
}

// decimal is a number, or a string that holds one; as a parameter it is always
// the latter.
func decimal(t reflect.Type) *huma.Schema {
	example := 150000.0
	if t == reflect.TypeFor[money.Rate]() {
		example = 0.05
	}
	if t == reflect.TypeFor[DecimalParam]() {
		return text(huma.Schema{Pattern: decimalPattern, PatternDescription: "a decimal number"}, "150000")
	}
	return &huma.Schema{
		AnyOf:    []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString, Pattern: decimalPattern}},
		Examples: []any{example},
	}
}

// ClockParam is a time of day as a query parameter. (huma takes a bare
// civil.Clock for a number there.)
type ClockParam struct{ civil.Clock }

// DateParam is a date as a query parameter; the zero DateParam is no date.
type DateParam struct{ civil.Date }

// DecimalParam is a decimal number as a query parameter.
type DecimalParam struct{ money.Decimal }

// UnmarshalText reads a decimal number.
func (d *DecimalParam) UnmarshalText(b []byte) (err error) {
	d.Decimal, err = money.ParseDecimal(string(b))
	return err
}

// Instant is a moment, in bodies and as a parameter: RFC 3339, and where the
// offset is missing it is UTC. Its year in UTC is one that a civil.Date can have;
// beyond 9999 it could not even be written. Answers use time.Time in UTC.
type Instant struct{ time.Time }

// UnmarshalText reads a moment.
func (i *Instant) UnmarshalText(b []byte) error {
	s := string(b)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05.999999999", s)
	}
	if err != nil {
		return err
	}
	if t = t.UTC(); t.Year() < civil.MinYear || t.Year() > civil.MaxYear {
		return &time.ParseError{Layout: time.RFC3339, Message: ": year out of range"}
	}
	i.Time = t
	return nil
}

// UnmarshalJSON reads a moment; null leaves it as it was.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) < 2 || b[0] != '"' {
		return &time.ParseError{Layout: time.RFC3339, Message: ": not a string"}
	}
	return i.UnmarshalText(b[1 : len(b)-1])
}
