// Package opt tells "not sent" from "sent as null" and from a value: the three
// things that a field of a partial update can be.
//
//	type Changes struct {
//		Name  opt.Field[string]     `json:"name,omitzero" maxLength:"100"`
//		Birth opt.Field[civil.Date] `json:"date_of_birth,omitzero"`
//	}
//
// A Field also serves as a query parameter that may be absent, which a plain
// bool or number cannot tell from false or 0.
package opt

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Field is a value that may be absent, null or present. The zero Field is
// absent. Value is the zero T unless the field is present.
type Field[T any] struct {
	Set   bool // it was sent, be it as null
	Null  bool // it was sent as null
	Value T
}

// Some returns a present field.
func Some[T any](v T) Field[T] { return Field[T]{Set: true, Value: v} }

// Null returns a field that was sent as null.
func Null[T any]() Field[T] { return Field[T]{Set: true, Null: true} }

// Get returns the value, and whether there is one.
func (f Field[T]) Get() (T, bool) { return f.Value, f.Set && !f.Null }

// Or returns the value, or def where there is none.
func (f Field[T]) Or(def T) T {
	if v, ok := f.Get(); ok {
		return v
	}
	return def
}

// Ptr returns a pointer to a copy of the value, nil where there is none.
func (f Field[T]) Ptr() *T {
	if v, ok := f.Get(); ok {
		return &v
	}
	return nil
}

// Apply changes what a partial update names: a present field replaces the
// target, null makes it the zero T, and an absent one leaves it alone.
func (f Field[T]) Apply(target *T) {
	if f.Set {
		*target = f.Value
	}
}

// ApplyPtr is Apply for a column that may be null.
func (f Field[T]) ApplyPtr(target **T) {
	if f.Set {
		*target = f.Ptr()
	}
}

// IsZero reports whether the field is absent; it makes `omitzero` work.
func (f Field[T]) IsZero() bool { return !f.Set }

// MarshalJSON writes the value, or null. Absent fields are left out by
// `omitzero`.
func (f Field[T]) MarshalJSON() ([]byte, error) {
	if v, ok := f.Get(); ok {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a value or null. It is only called for fields that were
// sent.
func (f *Field[T]) UnmarshalJSON(b []byte) error {
	*f = Field[T]{Set: true}
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		f.Null = true
		return nil
	}
	return json.Unmarshal(b, &f.Value)
}

// Elem returns T, for schemas.
func (Field[T]) Elem() reflect.Type { return reflect.TypeFor[T]() }

// Receiver returns where a request parameter is to be parsed into.
func (f *Field[T]) Receiver() reflect.Value { return reflect.ValueOf(&f.Value).Elem() }

// OnParamSet notes that a request parameter was sent.
func (f *Field[T]) OnParamSet(set bool, _ any) { f.Set = set }
