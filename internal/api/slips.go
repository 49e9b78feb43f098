package api

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"time"
)

// refuseSlips panics, at registration, over what would go wrong only when a
// request comes.
func refuseSlips(e *endpoint, in, out reflect.Type) {
	slip := func(format string, args ...any) {
		panic(fmt.Sprintf("api: %s %s: ", e.op.Method, e.op.Path) + fmt.Sprintf(format, args...))
	}
	if e.op.ID == "" || e.op.Tag == "" || e.op.Summary == "" {
		slip("an endpoint needs an ID, a Tag and a Summary")
	}
	if out == reflect.TypeFor[Raw]() && e.op.ContentType == "" {
		slip("a Raw answer needs a ContentType")
	}
	if e.audience == ForGuest && hasField(in, "Body") {
		slip("guest endpoints take RawBody")
	}
	if body, ok := in.FieldByName("Body"); ok {
		if name := defaultedBool(body.Type, nil); name != "" {
			slip("%s: a default would replace an explicit false; use opt.Field[bool]", name)
		}
	}
	for _, f := range reflect.VisibleFields(in) {
		if isParam(f) && !parsable(f.Type) {
			slip("parameter %s: requests cannot be parsed into %s", f.Name, f.Type)
		}
	}
}

func hasField(t reflect.Type, name string) bool {
	_, ok := t.FieldByName(name)
	return ok
}

func isParam(f reflect.StructField) bool {
	return slices.ContainsFunc([]string{"path", "query", "header"}, func(tag string) bool { return f.Tag.Get(tag) != "" })
}

// parsable tells what huma reads parameters into. A type that is a number by
// kind and a text by format, as civil.Clock, is read as a number.
func parsable(t reflect.Type) bool {
	if elem, ok := optional(t); ok {
		t = elem
	}
	isText := reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	switch t.Kind() {
	case reflect.String:
		return true
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return !isText
	case reflect.Slice:
		return isText || t.Elem().Kind() != reflect.Struct && parsable(t.Elem())
	default:
		return isText || t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[url.URL]()
	}
}

// defaultedBool finds a boolean with a default of true.
func defaultedBool(t reflect.Type, within []reflect.Type) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || slices.Contains(within, t) {
		return ""
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Type.Kind() == reflect.Bool && f.Tag.Get("default") == "true" {
			return f.Name
		}
		if name := defaultedBool(f.Type, append(slices.Clip(within), t)); name != "" {
			return f.Name + "." + name
		}
	}
	return ""
}
