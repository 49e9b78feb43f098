package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

const schemaPrefix = "#/components/schemas/"

// registry makes the schemas of the document. It is huma's map registry with
// three differences: the kit's types, which know nothing of huma, have their
// schemas in wireTypes; optional fields are seen through; and names carry their
// package, so that two packages may each have a View.
type registry struct {
	schemas map[string]*huma.Schema
	types   map[string]reflect.Type
	names   map[reflect.Type]string
}

func newRegistry() *registry {
	return &registry{
		schemas: map[string]*huma.Schema{},
		types:   map[string]reflect.Type{},
		names:   map[reflect.Type]string{},
	}
}

// Schema implements huma.Registry.
func (r *registry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	pointer := t.Kind() == reflect.Pointer
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s := wireType(t); s != nil {
		s.Nullable = pointer && s.Type != ""
		s.PrecomputeMessages()
		return s
	}
	if elem, ok := optional(t); ok {
		s := *r.Schema(elem, false, hint)
		s.Nullable = s.Type != ""
		return &s
	}
	if !named(t) {
		if pointer && t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
			t = reflect.PointerTo(t)
		}
		return huma.SchemaFromType(r, t)
	}
	name, known := r.names[t]
	if !known {
		name = r.unique(schemaName(t, hint))
		r.names[t], r.types[name] = name, t
		r.schemas[name] = &huma.Schema{} // for types that contain themselves
		*r.schemas[name] = *huma.SchemaFromType(r, t)
	}
	if allowRef && pointer && r.schemas[name].Type != "" {
		// A reference cannot say that null may stand in its place.
		s := *r.schemas[name]
		s.Nullable = true
		return &s
	}
	if allowRef {
		return &huma.Schema{Ref: schemaPrefix + name}
	}
	return r.schemas[name]
}

// named reports whether the type gets an entry of its own in the document.
func named(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() &&
		!p.Implements(reflect.TypeFor[huma.SchemaProvider]()) &&
		!p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// optional sees through a field that may be absent, as opt.Field is.
func optional(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct || !t.Implements(reflect.TypeFor[interface{ Elem() reflect.Type }]()) {
		return nil, false
	}
	return reflect.Zero(t).Interface().(interface{ Elem() reflect.Type }).Elem(), true
}

func (r *registry) unique(name string) string {
	free := name
	for n := 2; r.types[free] != nil; n++ {
		free = fmt.Sprintf("%s%d", name, n)
	}
	return free
}

// SchemaFromRef implements huma.Registry.
func (r *registry) SchemaFromRef(ref string) *huma.Schema {
	name, ok := strings.CutPrefix(ref, schemaPrefix)
	if !ok {
		return nil
	}
	return r.schemas[name]
}

// TypeFromRef implements huma.Registry.
func (r *registry) TypeFromRef(ref string) reflect.Type {
	return r.types[strings.TrimPrefix(ref, schemaPrefix)]
}

// Map implements huma.Registry.
func (r *registry) Map() map[string]*huma.Schema { return r.schemas }

// RegisterTypeAlias implements huma.Registry. wireTypes is the one place for
// such rules.
func (r *registry) RegisterTypeAlias(reflect.Type, reflect.Type) {
	panic("api: schemas of special types belong in wireType")
}

// MarshalJSON writes all schemas, as a document's components.
func (r *registry) MarshalJSON() ([]byte, error) { return json.Marshal(r.schemas) }

// schemaName names a type by its package and itself: outlets.View is
// OutletsView. A name that begins with its package's (appointments.Appointment)
// stands alone, and this package's own go without.
func schemaName(t reflect.Type, hint string) string {
	if t.Name() == "" {
		return pascal(hint)
	}
	var b strings.Builder
	for i, part := range strings.FieldsFunc(t.Name(), func(c rune) bool { return strings.ContainsRune("[],*", c) }) {
		pkg := t.PkgPath()
		if dot := strings.LastIndexByte(part, '.'); dot >= 0 {
			pkg, part = part[:dot], part[dot+1:]
		} else if i > 0 {
			pkg = ""
		}
		b.WriteString(qualified(path.Base(pkg), part))
	}
	return b.String()
}

func qualified(pkg, name string) string {
	name = pascal(name)
	pkg, _, _ = strings.Cut(pkg, ".") // of "outlets.test", a package's tests
	if pkg == "." || pkg == "api" || strings.HasPrefix(strings.ToLower(name), strings.TrimSuffix(pkg, "s")) {
		return name
	}
	return pascal(pkg) + name
}

func pascal(s string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		c, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(c))
		b.WriteString(word[size:])
	}
	return b.String()
}
