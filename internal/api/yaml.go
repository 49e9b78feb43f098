package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// yamlWidth is how far a value may reach to stand on one line, in characters.
const yamlWidth = 140

// leading are the members that come first, in this order; the others follow by
// name. A reader finds what a thing is before its details.
var leading = []string{
	"openapi", "info", "servers", "tags", "x-tagGroups", "paths", "components",
	"operationId", "name", "in", "summary", "description", "deprecated", "security", "x-audience", "x-permission", "x-roles",
	"parameters", "requestBody", "responses", "headers", "required", "schema", "type", "format",
}

// plain are texts that YAML reads as texts without quotes, inside brackets too:
// words, and versions of three numbers.
var plain = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$|^[A-Za-z/_$][A-Za-z0-9/_.$-]*( [A-Za-z0-9/_.$(-][A-Za-z0-9/_.$()-]*)*[A-Za-z0-9/_)]?$`)

// notText are plain words that YAML, in one of its versions, reads as other
// things than texts.
var notText = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n)$`)

// literal are texts of several lines that need no quotes to keep them.
var literal = regexp.MustCompile(`^[^\s](.*[^ \t])?(\n+[^\s](.*[^ \t\n])?)+$`)

// toYAML writes a JSON document for people to read: what is short on one line,
// the rest in blocks.
func toYAML(doc []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	var w yamlWriter
	w.block(v, 0)
	return w.Bytes(), nil
}

type yamlWriter struct{ bytes.Buffer }

// block writes the members of a map or list, each on a line of its own that
// begins at the indent. The first line is already indented.
func (w *yamlWriter) block(v any, indent int) {
	margin := strings.Repeat(" ", indent)
	switch v := v.(type) {
	case map[string]any:
		for i, key := range yamlKeys(v) {
			if i > 0 {
				w.WriteString(margin)
			}
			name := yamlText(key)
			w.WriteString(name + ":")
			w.member(v[key], indent, indent+len(name)+2, "\n"+margin+"  ")
		}
	case []any:
		for i, item := range v {
			if i > 0 {
				w.WriteString(margin)
			}
			w.WriteByte('-')
			w.member(item, indent, indent+2, " ")
		}
	}
}

// member writes a value that follows at the column, on the same line where it
// fits or cannot be broken.
func (w *yamlWriter) member(v any, indent, column int, lead string) {
	margin := "\n" + strings.Repeat(" ", indent+2)
	if text, ok := v.(string); ok && literal.MatchString(text) {
		w.WriteString(" |-")
		for line := range strings.SplitSeq(text, "\n") {
			w.WriteString(strings.TrimRight(margin+line, " "))
		}
		w.WriteByte('\n')
		return
	}
	short := yamlFlow(v)
	if !breakable(v) || column+utf8.RuneCountInString(short) <= yamlWidth {
		w.WriteString(" " + short + "\n")
		return
	}
	w.WriteString(lead)
	if list, ok := v.([]any); ok && !slices.ContainsFunc(list, breakable) {
		w.fill(list, margin+" ")
		return
	}
	w.block(v, indent+2)
}

// fill writes a list of words as a paragraph.
func (w *yamlWriter) fill(list []any, margin string) {
	column := len(margin)
	w.WriteByte('[')
	for i, item := range list {
		word := yamlFlow(item)
		width := utf8.RuneCountInString(word) + 2
		switch {
		case i == 0:
		case column+width > yamlWidth:
			w.WriteString("," + margin)
			column = len(margin)
		default:
			w.WriteString(", ")
		}
		w.WriteString(word)
		column += width
	}
	w.WriteString("]\n")
}

func breakable(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

// yamlFlow writes a value on one line.
func yamlFlow(v any) string {
	switch v := v.(type) {
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range yamlKeys(v) {
			parts = append(parts, yamlText(key)+": "+yamlFlow(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = yamlFlow(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return yamlText(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v) // numbers as they were written, and booleans
}

// yamlText quotes where a text could be taken for something else. A JSON string
// is a YAML one.
func yamlText(s string) string {
	if plain.MatchString(s) && !notText.MatchString(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // of a string
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func yamlKeys(m map[string]any) []string {
	keys := sortedKeys(m)
	rank := func(key string) int {
		if i := slices.Index(leading, key); i >= 0 {
			return i
		}
		return len(leading)
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}
