package fault

import (
	"fmt"
	"strconv"
	"strings"
)

// Field is one refused field of a request.
type Field struct {
	// Loc is where: the place ("body", "query", "path", "header"), then names
	// and indexes, as in ["body", "services", 0, "staff_id"].
	Loc     []any
	Message string
	Type    string         // "missing", "enum", "extra_forbidden", "value_error", ...
	Ctx     map[string]any // bounds and choices, for example {"ge": 1}; never the value
}

// Path returns the location as one dotted string, "body.services.0.staff_id".
func (f Field) Path() string {
	parts := make([]string, len(f.Loc))
	for i, l := range f.Loc {
		parts[i] = fmt.Sprint(l)
	}
	return strings.Join(parts, ".")
}

// Loc turns a path into a location. "services.0.staff_id" lies in the body,
// "query:page" in the query; whole numbers are indexes.
func Loc(path string) []any {
	place := "body"
	if p, rest, found := strings.Cut(path, ":"); found {
		place, path = p, rest
	}
	loc := []any{place}
	if path == "" {
		return loc
	}
	for part := range strings.SplitSeq(path, ".") {
		if n, err := strconv.Atoi(part); err == nil && n >= 0 {
			loc = append(loc, n)
			continue
		}
		loc = append(loc, part)
	}
	return loc
}
