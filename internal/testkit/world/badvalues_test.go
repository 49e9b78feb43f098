package world_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mark is in refused values, and in no answer.
const mark = "zq7x9"

// A bad value is one that a member of a body cannot have.
type bad struct {
	kind  string
	value any
}

// schematic tells whether the schema alone refuses the value, and so names the member.
// The rest is no JSON at all, or wrong in a way that the operation has its own words for.
func (b bad) schematic() bool {
	text, isRaw := b.value.(json.RawMessage)
	return (!isRaw || json.Valid(text)) && !slices.Contains([]string{"empty", "blank", "endless", "the largest integer"}, b.kind)
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }

// badValues are what a member with the schema has to refuse.
func badValues(s *openapi3.Schema, required bool) []bad {
	if strings.HasPrefix(s.Description, "Ignored") {
		return []bad{{"a word", mark}, {"a list", []any{1}}, {"an object", map[string]any{}}, {"a boolean", true}}
	}
	values := []bad{{"a number that is none", raw("NaN")}}
	if required {
		values = append(values, bad{"nothing", absentMember{}})
		if !s.Nullable {
			values = append(values, bad{"null", nil}) // elsewhere null is the same as absent
		}
	}
	switch {
	case s.Type == nil && len(s.AnyOf) > 0:
		return append(values, badDecimals()...)
	case s.Type == nil:
		return values[:1] // whatever is sent there is ignored
	case s.Type.Is("string"):
		return append(values, badStrings(s, required)...)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return append(values, badNumbers(s)...)
	case s.Type.Is("boolean"):
		return append(values, bad{"a word", mark}, bad{"a number", 1}, bad{"a list", []any{true}}, bad{"an object", map[string]any{}},
			bad{"true as text", "true"})
	case s.Type.Is("array"):
		values = append(values, bad{"text", mark}, bad{"an object", map[string]any{mark: mark}}, bad{"a number", 7}, bad{"a boolean", true})
		if s.MaxItems != nil {
			values = append(values, bad{"too many", tooMany(s)})
		}
		return values
	default:
		return append(values, bad{"text", mark}, bad{"a list", []any{mark}}, bad{"a number", 7}, bad{"a boolean", true})
	}
}

func badStrings(s *openapi3.Schema, required bool) []bad {
	values := []bad{
		{"a number", 98765432123}, {"a boolean", true}, {"a list", []any{mark}}, {"an object", map[string]any{mark: mark}},
		{"NUL", mark + "\x00"}, {"half a surrogate", raw(`"` + mark + `\ud83d"`)}, {"surrogates in the wrong order", raw(`"\udc00\ud800` + mark + `"`)},
	}
	switch {
	case s.MaxLength != nil:
		values = append(values, bad{"too long", strings.Repeat("é", int(*s.MaxLength)+1)})
	default:
		values = append(values, bad{"endless", mark + strings.Repeat("x", 20_000)})
	}
	if s.MinLength > 0 {
		values = append(values, bad{"empty", ""})
	}
	// The slug of no business is answered like any other that nobody has.
	if s.MinLength > 0 && s.Example != "bella-vista-spa" {
		values = append(values, bad{"blank", strings.Repeat(" ", int(s.MinLength))})
	}
	for _, text := range []struct{ kind, text string }{
		{"a word", mark}, {"markup", "<script>" + mark + "</script>"}, {"SQL", "'; DROP TABLE tenants; --" + mark},
		{"a line break", "a\r\nBcc: " + mark + "@example.com"},
	} {
		// A pattern may be about characters alone, and let a word through.
		if s.Format != "" || len(s.Enum) > 0 || s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text.text) {
			values = append(values, bad{text.kind, text.text})
		}
	}
	switch example, _ := s.Example.(string); {
	case s.Format == "date":
		for _, date := range []string{
			"2026-02-30", "2026-13-01", "0000-00-00", "2026-2-3", "20260203", "99999-01-01", "1899-12-31", "2200-01-01", "2026-04-10T10:00:00+07:00",
			"2026-04-10T00:00:00Z", "10/04/2026", "-2026-04-10", "２０２６-04-10", " 2026-04-10",
		} {
			values = append(values, bad{"the date " + date, date})
		}
	case strings.Contains(s.Pattern, "24:00"):
		for _, clock := range []string{"24:01", "25:00", "10:60", "7:00", "10:00+07:00", "10:00Z", "10:00:30", "10", "10:00 AM", "-1:00", "１０:00", "10:00\n"} {
			values = append(values, bad{"the time " + clock, clock})
		}
	case strings.Contains(s.Pattern, "T[0-9]"):
		for _, instant := range []string{
			"2026-02-30T10:00:00Z", "2026-04-10T25:00:00Z", "2026-04-10", "2026-04-10T10:00:00+25:00", "2026-04-10T10:00:00.Z", "9999999-01-01T00:00:00Z",
			"9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
		} {
			values = append(values, bad{"the moment " + instant, instant})
		}
	case s.Format == "email":
		for _, email := range []string{
			mark + "@", "@example.com", mark + "@b@example.com", mark + "@example.com, other@example.com", mark + " <a@example.com>",
			mark + "@example.com\r\nBcc: b@example.com", "a\x00@example.com", strings.Repeat("a", 250) + "@example.com", mark + "@[127.0.0.1]", `"a b"@example.com`,
		} {
			values = append(values, bad{"the address " + email, email})
		}
	case len(example) == 24 && strings.Contains(s.Pattern, "{24}"):
		values = append(values, bad{"an id cut short", example[1:]}, bad{"a longer id", example + "0"}, bad{"an id of other digits", "zzzzzzzzzzzzzzzzzzzzzzzz"})
	}
	if required && s.MinLength == 0 {
		values = append(values, bad{"empty", ""})
	}
	return values
}

func badNumbers(s *openapi3.Schema) []bad {
	values := []bad{
		{"a word", mark}, {"a list", []any{1}}, {"an object", map[string]any{}}, {"a boolean", true}, {"a number as text", "12"},
		{"a number beyond all", raw("1e999")}, {"a huge number", raw("123456789123456789123456789")}, {"a number hugely negative", raw("-9223372036854775809")},
		{"one more than an integer holds", raw("9223372036854775808")},
	}
	if s.Type.Is("integer") {
		values = append(values, bad{"a part of a number", raw("1.5")}, bad{"the largest integer", raw("9223372036854775807")})
	}
	if s.Min != nil {
		values = append(values, bad{"below the least", *s.Min - 1})
	}
	if s.Max != nil {
		values = append(values, bad{"above the most", *s.Max + 1})
	}
	return values
}

// badDecimals are for amounts of money and rates, which no operation takes below
// nothing.
func badDecimals() []bad {
	return []bad{
		{"a word", mark}, {"empty", ""}, {"NaN", "NaN"}, {"infinity", "Infinity"}, {"hexadecimal", "0x10"}, {"grouped", "1,000"}, {"two points", "1.0.0"},
		{"a list", []any{1}}, {"an object", map[string]any{}}, {"a boolean", true}, {"negative", -1}, {"negative text", "-1"},
		{"a number beyond all", raw("1e999")}, {"huge", raw("1e99")}, {"huge text", "1e99"}, {"long", strings.Repeat("9", 400)},
		{"other digits", "１２"}, {"with a line break", "1\n"},
	}
}

func tooMany(s *openapi3.Schema) []any {
	list := make([]any, *s.MaxItems+1)
	for i := range list {
		list[i] = made(s.Items.Value)
	}
	return list
}
