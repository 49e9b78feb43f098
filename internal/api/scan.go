package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"reserva/internal/kit/fault"
)

// maxDepth is how deep a body may nest; documented bodies need six levels.
const maxDepth = 32

// cleanJSON checks what a schema cannot see, and returns the body to decode.
//
//   - Text that is no JSON or no UTF-8, or that nests too deep, is ErrMalformed.
//   - A NUL character in a string is refused where it stands: PostgreSQL keeps
//     no such text.
//   - A member that is given twice keeps its last value, everywhere. Go would
//     merge the two while decoding and so pass what the schema never saw.
func cleanJSON(body []byte) ([]byte, error) {
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, ErrMalformed
	}
	s := scanner{decoder: json.NewDecoder(bytes.NewReader(body))}
	s.decoder.UseNumber()
	if err := s.value([]any{"body"}); err != nil {
		return nil, err
	}
	if !s.repeated {
		return body, nil
	}
	return lastOnes(body)
}

// lastOnes writes the body again without members given twice.
func lastOnes(body []byte) ([]byte, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, ErrMalformed.WithCause(err)
	}
	clean, err := json.Marshal(v)
	if err != nil {
		return nil, ErrMalformed.WithCause(err)
	}
	return clean, nil
}

type scanner struct {
	decoder  *json.Decoder
	repeated bool
}

func (s *scanner) value(loc []any) error {
	token, err := s.decoder.Token()
	if err != nil {
		return ErrMalformed.WithCause(err)
	}
	switch t := token.(type) {
	case string:
		return noNUL(t, loc)
	case json.Delim:
		if len(loc) > maxDepth {
			return ErrMalformed
		}
		if t == '{' {
			return s.object(loc)
		}
		return s.array(loc)
	}
	return nil
}

func (s *scanner) object(loc []any) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return ErrMalformed.WithCause(err)
		}
		name, _ := token.(string)
		if err := noNUL(name, loc); err != nil {
			return err
		}
		s.repeated = s.repeated || seen[name]
		seen[name] = true
		if err := s.value(append(slices.Clip(loc), name)); err != nil {
			return err
		}
	}
	return s.end()
}

func (s *scanner) array(loc []any) error {
	for i := 0; s.decoder.More(); i++ {
		if err := s.value(append(slices.Clip(loc), i)); err != nil {
			return err
		}
	}
	return s.end()
}

func (s *scanner) end() error {
	if _, err := s.decoder.Token(); err != nil {
		return ErrMalformed.WithCause(err)
	}
	return nil
}

// noNUL refuses text that the database cannot keep.
func noNUL(text string, loc []any) error {
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return fault.ErrInvalid.WithFields(fault.Field{
			Loc: loc, Message: "Text must be UTF-8 without NUL characters", Type: "value_error",
		})
	}
	return nil
}
