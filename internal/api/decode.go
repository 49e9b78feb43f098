package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
)

// jsonFormat is how bodies are read and answers written.
func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			if e, ok := v.(encoded); ok {
				if text := e.EncodedJSON(); text != nil {
					_, err := w.Write(text)
					return err
				}
			}
			return encodeJSON(w, v)
		},
		Unmarshal: func(data []byte, v any) error {
			if err := json.Unmarshal(data, v); err != nil {
				return &decodeError{locate(data, reflect.ValueOf(v).Elem(), []any{"body"}, err)}
			}
			return nil
		},
	}
}

// An output that implements encoded may have its JSON already, from EncodeJSON; nil
// where it has not.
type encoded interface{ EncodedJSON() []byte }

// EncodeJSON returns the body that v is answered as.
func EncodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	err := encodeJSON(&b, v)
	return b.Bytes(), err
}

func encodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// decodeError is a value that the schema let through and decoding did not: a
// date before 1900, a number that does not fit, 1.0 where an integer is asked.
// huma hands on nothing but an error's text, therefore the text is the fields;
// decodeFields reads them back.
type decodeError struct{ fields []fault.Field }

const decodePrefix = "fields:"

func (e *decodeError) Error() string {
	text, err := json.Marshal(e.fields)
	if err != nil {
		return decodePrefix + "[]"
	}
	return decodePrefix + string(text)
}

func decodeFields(message string) ([]fault.Field, bool) {
	text, ok := strings.CutPrefix(message, decodePrefix)
	if !ok {
		return nil, false
	}
	var fields []fault.Field
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return nil, false
	}
	for _, f := range fields {
		for i, l := range f.Loc {
			if n, isNumber := l.(float64); isNumber {
				f.Loc[i] = int(n)
			}
		}
	}
	return fields, true
}

// locate finds which fields cannot be decoded, by decoding the parts one by
// one. It costs more than decoding the whole, and is only reached after that
// failed.
func locate(data []byte, v reflect.Value, loc []any, err error) []fault.Field {
	for v.Kind() == reflect.Pointer {
		v = reflect.New(v.Type().Elem()).Elem()
	}
	if inner, ok := optional(v.Type()); ok {
		v = reflect.New(inner).Elem()
	}
	var found []fault.Field
	switch {
	case v.Addr().Type().Implements(reflect.TypeFor[json.Unmarshaler]()):
	case v.Kind() == reflect.Interface:
		return locateAny(data, loc, err)
	case v.Kind() == reflect.Struct:
		var parts map[string]json.RawMessage
		if json.Unmarshal(data, &parts) == nil {
			found = locateFields(parts, v, loc)
		}
	case v.Kind() == reflect.Slice:
		var parts []json.RawMessage
		if json.Unmarshal(data, &parts) == nil {
			for i, part := range parts {
				found = append(found, try(part, v.Type().Elem(), append(slices.Clone(loc), i))...)
			}
		}
	case v.Kind() == reflect.Map:
		var parts map[string]json.RawMessage
		if json.Unmarshal(data, &parts) == nil {
			for _, name := range slices.Sorted(maps.Keys(parts)) {
				found = append(found, try(parts[name], v.Type().Elem(), append(slices.Clone(loc), name))...)
			}
		}
	}
	if found != nil {
		return found
	}
	return []fault.Field{decodeField(loc, err)}
}

// locateAny does the same where the type says nothing.
func locateAny(data []byte, loc []any, err error) []fault.Field {
	members, items := reflect.TypeFor[map[string]any](), reflect.TypeFor[[]any]()
	for _, t := range []reflect.Type{members, items} {
		if found := locate(data, reflect.New(t).Elem(), loc, nil); found[0].Type != "" && len(found[0].Loc) > len(loc) {
			return found
		}
	}
	return []fault.Field{decodeField(loc, err)}
}

func locateFields(parts map[string]json.RawMessage, v reflect.Value, loc []any) []fault.Field {
	var found []fault.Field
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if part, sent := parts[name]; sent {
			found = append(found, try(part, f.Type, append(slices.Clone(loc), name))...)
		}
	}
	return found
}

func try(data []byte, t reflect.Type, loc []any) []fault.Field {
	v := reflect.New(t)
	if err := json.Unmarshal(data, v.Interface()); err != nil {
		return locate(data, v.Elem(), loc, err)
	}
	return nil
}

func decodeField(loc []any, err error) fault.Field {
	f := fault.Field{Loc: loc, Message: "Input is not valid", Type: "value_error"}
	switch {
	case errors.Is(err, civil.ErrDate):
		f.Message, f.Type = "Input should be a valid date", "date_parsing"
	case errors.Is(err, money.ErrRange), errors.Is(err, money.ErrNegative):
		f.Message, f.Type = "Input should be a number in range", "decimal_type"
	}
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return f
	}
	switch wrong.Type.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.Message, f.Type = "Input should be a valid integer in range", "int_type"
	case reflect.Float32, reflect.Float64, reflect.Interface:
		f.Message, f.Type = "Input should be a number in range", "float_type"
	}
	return f
}
