package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// OneOf is the output of an operation that answers in one of two shapes; exactly
// one of them is set.
type OneOf[A, B any] struct {
	First  *A
	Second *B
}

// MarshalJSON writes the one that is set.
func (o OneOf[A, B]) MarshalJSON() ([]byte, error) {
	if o.First != nil {
		return json.Marshal(o.First)
	}
	return json.Marshal(o.Second)
}

// Schema implements huma.SchemaProvider.
func (OneOf[A, B]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[A](), true, ""), r.Schema(reflect.TypeFor[B](), true, ""),
	}}
}
