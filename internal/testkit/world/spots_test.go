package world_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit/world"
)

// A spot is one member, at any depth of a body.
type spot struct {
	at       []string // "0" is the first element of a list
	schema   *openapi3.Schema
	required bool
}

func (s spot) name() string { return strings.Join(s.at, ".") }

// element tells whether the spot is in a list, or among members that are named by ids.
func (s spot) element() bool {
	last := s.at[len(s.at)-1]
	return last == "0" || last == someID
}

// someID names a member where any id may.
const someID = "65f1e2a0c3b4d5e6f7a8b9c0"

// spots are the members that the operation's body may have.
func spots(o world.Operation) []spot {
	if o.Spec.RequestBody == nil {
		return nil
	}
	media := o.Spec.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	return below(media.Schema.Value, nil)
}

func below(schema *openapi3.Schema, at []string) []spot {
	if len(at) > 6 {
		return nil
	}
	var found []spot
	add := func(name string, inner *openapi3.SchemaRef, required bool) {
		here := append(slices.Clone(at), name)
		found = append(found, spot{here, inner.Value, required})
		found = append(found, below(inner.Value, here)...)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		add(name, schema.Properties[name], slices.Contains(schema.Required, name))
	}
	if schema.Items != nil {
		add("0", schema.Items, false)
	}
	if schema.AdditionalProperties.Schema != nil {
		add(someID, schema.AdditionalProperties.Schema, false)
	}
	return found
}

// absentMember, as a value, takes the member away.
type absentMember struct{}

// with returns the body with one member changed; what is above the member and is not
// there is made of the schemas' examples.
func with(body any, schema *openapi3.Schema, at []string, value any) any {
	if len(at) == 0 {
		return value
	}
	if at[0] == "0" {
		list, _ := body.([]any)
		inner := made(schema.Items.Value)
		if len(list) > 0 {
			inner = list[0]
		}
		return append([]any{with(inner, schema.Items.Value, at[1:], value)}, list[min(1, len(list)):]...)
	}
	object, _ := body.(map[string]any)
	object = maps.Clone(object)
	if object == nil {
		object, _ = made(schema).(map[string]any)
	}
	if object == nil {
		object = map[string]any{}
	}
	inner := schema.AdditionalProperties.Schema
	if property := schema.Properties[at[0]]; property != nil {
		inner = property
	}
	if _, absent := value.(absentMember); absent && len(at) == 1 {
		delete(object, at[0])
		return object
	}
	object[at[0]] = with(object[at[0]], inner.Value, at[1:], value)
	return object
}

// made is an example of the schema with what it requires.
func made(schema *openapi3.Schema) any {
	if schema.Example != nil {
		return schema.Example
	}
	switch {
	case len(schema.Properties) > 0:
		object := map[string]any{}
		for _, name := range schema.Required {
			object[name] = made(schema.Properties[name].Value)
		}
		return object
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Items != nil:
		return []any{}
	case schema.Type.Is("string"):
		return "x"
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		return json.Number("1")
	case schema.Type.Is("boolean"):
		return true
	}
	return nil
}
