package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
)

// adoptHuma makes huma's process-wide settings this product's: its errors take
// our shape, field names are case-sensitive (otherwise "Price" would pass the
// checks of "price" and still be decoded), and null is no array. They are
// functions of the request alone, so that several APIs in one process agree.
var adoptHuma = sync.OnceFunc(func() {
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return encode(&exchange{header: http.Header{}}, humaFault(status, errs))
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return encode(exchangeOf(ctx.Context()), humaFault(status, errs))
	}
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
})

// humaFault turns what huma found into a fault. Messages and values of huma are
// dropped: both may repeat what was sent.
func humaFault(status int, errs []error) *fault.Error {
	fields := humaFields(errs)
	switch status {
	case http.StatusUnprocessableEntity:
	case http.StatusBadRequest:
		// Syntax was checked before huma: what it cannot read is a value.
		if len(fields) == 0 {
			return ErrMalformed
		}
	case http.StatusUnsupportedMediaType:
		return ErrContentType
	case http.StatusRequestEntityTooLarge:
		return ErrTooLarge
	case http.StatusRequestTimeout:
		return ErrRequestTimeout
	default:
		return errInternal
	}
	if len(fields) == 0 {
		return fault.ErrInvalid
	}
	return fault.ErrInvalid.WithFields(fields...)
}

func humaFields(errs []error) []fault.Field {
	var fields []fault.Field
	for _, err := range errs {
		detail, ok := errors.AsType[*huma.ErrorDetail](err)
		if !ok {
			continue
		}
		if decoded, ok := decodeFields(detail.Message); ok {
			fields = append(fields, decoded...)
			continue
		}
		fields = append(fields, humaField(detail))
	}
	slices.SortStableFunc(fields, func(a, b fault.Field) int { return strings.Compare(a.Path(), b.Path()) })
	return fields
}

// rule reads one of huma's messages: prefix is what the message begins with,
// the rest of it up to suffix is the rule's bound.
type rule struct {
	prefix, suffix string
	kind           string // as pydantic names it
	message        string // ours, completed with the bound
	ctx            string // the key of the bound in ctx
}

var rules = []rule{
	{"expected required property ", " to be present", "missing", "Field required", ""},
	{"required ", " parameter is missing", "missing", "Field required", ""},
	{"unexpected property", "", "extra_forbidden", "Extra inputs are not permitted", ""},
	{`expected value to be one of "`, `"`, "enum", "Input should be ", "expected"},
	{"expected string to match pattern ", "", "string_pattern_mismatch", "String should match pattern ", "pattern"},
	{"expected string to be RFC 3339 date-time", "", "datetime_parsing", "Input should be a valid date and time", ""},
	{"expected string to be RFC 3339 date", "", "date_parsing", "Input should be a valid date", ""},
	{"expected string to be RFC 3339 time", "", "time_parsing", "Input should be a valid time", ""},
	{"expected string to be RFC 5322 email", "", "value_error", "Input should be a valid email address", ""},
	{"expected string to be RFC 3986 uri", "", "url_parsing", "Input should be a valid URL", ""},
	{"expected string to be ", "", "value_error", "Input should be ", "expected"},
	{"expected boolean", "", "bool_type", "Input should be a valid boolean", ""},
	{"expected integer", "", "int_type", "Input should be a valid integer", ""},
	{"expected number >= ", "", "greater_than_equal", "Input should be greater than or equal to ", "ge"},
	{"expected number > ", "", "greater_than", "Input should be greater than ", "gt"},
	{"expected number <= ", "", "less_than_equal", "Input should be less than or equal to ", "le"},
	{"expected number < ", "", "less_than", "Input should be less than ", "lt"},
	{"expected number to be a multiple of ", "", "multiple_of", "Input should be a multiple of ", "multiple_of"},
	{"expected number", "", "float_type", "Input should be a valid number", ""},
	{"expected length >= ", "", "string_too_short", "Number of characters should be at least ", "min_length"},
	{"expected length <= ", "", "string_too_long", "Number of characters should be at most ", "max_length"},
	{"expected string", "", "string_type", "Input should be a valid string", ""},
	{"expected array length >= ", "", "too_short", "Number of items should be at least ", "min_length"},
	{"expected array length <= ", "", "too_long", "Number of items should be at most ", "max_length"},
	{"expected array items to be unique", "", "value_error", "Items should be unique", ""},
	{"expected array", "", "list_type", "Input should be a valid list", ""},
	{"expected object with at ", "", "value_error", "The number of members is out of range", ""},
	{"expected object", "", "model_type", "Input should be a valid object", ""},
	{"expected property ", " to be present when", "missing", "Field required with the others", ""},
	{"expected value to match at least one schema", "", "decimal_type", "Input should be a number or a numeric string", ""},
	{"invalid integer", "", "int_parsing", "Input should be a valid integer", ""},
	{"invalid float", "", "float_parsing", "Input should be a valid number", ""},
	{"invalid boolean", "", "bool_parsing", "Input should be a valid boolean", ""},
	{"invalid date/time", "", "datetime_parsing", "Input should be a valid date and time", ""},
	{"invalid value: " + civil.ErrDate.Error(), "", "date_parsing", "Input should be a valid date", ""},
	{"invalid value: " + civil.ErrClock.Error(), "", "time_parsing", "Input should be a time of day as HH:MM", ""},
}

func humaField(d *huma.ErrorDetail) fault.Field {
	loc := humaLoc(d.Location)
	for _, r := range rules {
		bound, ok := strings.CutPrefix(d.Message, r.prefix)
		if !ok {
			continue
		}
		bound = strings.TrimSuffix(bound, r.suffix)
		f := fault.Field{Loc: loc, Message: r.message, Type: r.kind}
		switch {
		case r.kind == "missing" && strings.HasPrefix(r.prefix, "expected"):
			// huma names the object; the field is in the message.
			name, _, _ := strings.Cut(bound, " ")
			f.Loc = append(f.Loc, name)
		case r.ctx != "":
			f.Message += bound
			f.Ctx = map[string]any{r.ctx: number(bound)}
		}
		return f
	}
	return fault.Field{Loc: loc, Message: "Input is not valid", Type: "value_error"}
}

func number(s string) any {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n
	}
	return s
}

// maxLocName keeps a client's own field names in answers short.
const maxLocName = 64

// humaLoc reads a path such as body.services[0].staff_id.
func humaLoc(path string) []any {
	var loc []any
	for part := range strings.SplitSeq(path, ".") {
		name, indexes, _ := strings.Cut(part, "[")
		if name != "" || indexes == "" {
			loc = append(loc, name[:min(len(name), maxLocName)])
		}
		for index := range strings.SplitSeq(indexes, "[") {
			if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil {
				loc = append(loc, n)
			}
		}
	}
	return loc
}
