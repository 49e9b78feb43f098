package api

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// exampler makes examples from schemas: `example` tags where there are any,
// else a value that the rules of the field allow.
type exampler struct{ schemas huma.Registry }

// answer gives every member a value.
func (ex exampler) answer(s *huma.Schema) any { return ex.value(s, "", false, nil) }

// request gives values to what is required and to what has an example of its
// own; where that is nothing, to everything.
func (ex exampler) request(s *huma.Schema) any {
	short := ex.value(s, "", true, nil)
	if m, ok := short.(map[string]any); ok && len(m) == 0 {
		return ex.value(s, "", false, nil)
	}
	return short
}

// value makes an example of s. The name is the member's, and within are the
// types around it: what holds itself is shown once.
func (ex exampler) value(s *huma.Schema, name string, terse bool, within []string) any {
	if s.Ref != "" {
		within = append(slices.Clip(within), s.Ref)
		s = ex.schemas.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Default != nil:
		return s.Default
	case len(s.AnyOf) > 0:
		return ex.value(s.AnyOf[0], name, terse, within)
	case len(s.OneOf) > 0:
		return ex.value(s.OneOf[0], name, terse, within)
	}
	switch s.Type {
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger:
		return int(exampleNumber(s))
	case huma.TypeNumber:
		return exampleNumber(s)
	case huma.TypeString:
		return exampleText(s, name)
	case huma.TypeArray:
		return ex.array(s, name, terse, within)
	case huma.TypeObject:
		return ex.object(s, terse, within)
	}
	return map[string]any{}
}

func (ex exampler) array(s *huma.Schema, name string, terse bool, within []string) any {
	if slices.Contains(within, s.Items.Ref) {
		return []any{}
	}
	n := 1
	if s.MinItems != nil {
		n = max(n, *s.MinItems)
	}
	return slices.Repeat([]any{ex.value(s.Items, strings.TrimSuffix(name, "s"), terse, within)}, n)
}

func (ex exampler) object(s *huma.Schema, terse bool, within []string) any {
	out := map[string]any{}
	for name, p := range s.Properties {
		if terse && (p.ReadOnly || !slices.Contains(s.Required, name) && len(p.Examples) == 0) {
			continue
		}
		if !terse && p.WriteOnly || slices.Contains(within, p.Ref) {
			continue
		}
		out[name] = ex.value(p, name, terse, within)
	}
	if more, ok := s.AdditionalProperties.(*huma.Schema); ok && !slices.Contains(within, more.Ref) {
		out["key"] = ex.value(more, "", terse, within)
	}
	return out
}

func exampleNumber(s *huma.Schema) float64 {
	n := 1.0
	if s.Minimum != nil {
		n = max(n, *s.Minimum)
	}
	if s.ExclusiveMinimum != nil {
		n = max(n, *s.ExclusiveMinimum+1)
	}
	if s.Maximum != nil {
		n = min(n, *s.Maximum)
	}
	if s.MultipleOf != nil {
		n = max(*s.MultipleOf, n)
	}
	return n
}

func exampleText(s *huma.Schema, name string) string {
	text := "text"
	switch {
	case s.Format == "date":
		text = "2026-04-10"
	case s.Format == "date-time":
		text = "2026-04-01T09:15:00Z"
	case s.Format == "time":
		text = "14:30:00"
	case s.Format == "email", strings.HasSuffix(name, "email"):
		text = "ana@example.com"
	case s.Format == "uri", strings.HasSuffix(name, "url"):
		text = "https://example.com/"
	case s.Format == "ip", s.Format == "ipv4":
		text = "192.0.2.1"
	case strings.Contains(name, "phone"):
		text = "+6281234567890"
	case strings.Contains(name, "slug"):
		text = "main-street"
	case strings.Contains(name, "timezone"):
		text = "Asia/Jakarta"
	case strings.HasSuffix(name, "_id"), name == "id":
		text = exampleID
	case strings.Contains(name, "name"):
		text = "Ana"
	}
	if s.MinLength != nil && len(text) < *s.MinLength {
		text += strings.Repeat("x", *s.MinLength-len(text))
	}
	if s.MaxLength != nil && len(text) > *s.MaxLength {
		text = text[:*s.MaxLength]
	}
	return text
}
