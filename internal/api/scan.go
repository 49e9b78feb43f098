package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"reserva/internal/kit/fault"
)

// maxDepth is how deep a body may nest; documented bodies need six levels.
const maxDepth = 32

// cleanJSON checks what a schema cannot see, and returns the body to decode.
//
//   - Text that is no JSON or no UTF-8, or that nests too deep, is ErrMalformed.
//   - A NUL character in a string is refused where it stands: PostgreSQL keeps
//     no such text. So is half of a surrogate pair, which is no character: Go
//     would put another in its place, and what was sent would not be what is kept.
//   - A member that is given twice keeps its last value, everywhere. Go would
//     merge the two while decoding and so pass what the schema never saw.
func cleanJSON(body []byte) ([]byte, error) {
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, ErrMalformed
	}
	s := newScanner(body)
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
	body     []byte
	decoder  *json.Decoder
	repeated bool
}

func newScanner(body []byte) *scanner {
	s := &scanner{body: body, decoder: json.NewDecoder(bytes.NewReader(body))}
	s.decoder.UseNumber()
	return s
}

// token reads the next token, which may be a text that stands for loc.
func (s *scanner) token(loc []any) (json.Token, error) {
	from := s.decoder.InputOffset()
	token, err := s.decoder.Token()
	if err != nil {
		return nil, ErrMalformed.WithCause(err)
	}
	text, ok := token.(string)
	if !ok {
		return token, nil
	}
	if strings.ContainsRune(text, utf8.RuneError) && halfSurrogate(s.body[from:s.decoder.InputOffset()]) {
		return nil, errText(loc)
	}
	return token, noNUL(text, loc)
}

func (s *scanner) value(loc []any) error {
	token, err := s.token(loc)
	if err != nil {
		return err
	}
	switch t := token.(type) {
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
		token, err := s.token(loc)
		if err != nil {
			return err
		}
		name, _ := token.(string)
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
		return errText(loc)
	}
	return nil
}

func errText(loc []any) error {
	return fault.ErrInvalid.WithFields(fault.Field{
		Loc: loc, Message: "Text must be UTF-8 without NUL characters", Type: "value_error",
	})
}

// halfSurrogate finds, in JSON that is valid, an escape for half of a surrogate
// pair without the other half.
func halfSurrogate(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++
		if text[i] != 'u' {
			continue
		}
		first := codeUnit(text[i+1:])
		i += 4
		if !utf16.IsSurrogate(first) {
			continue
		}
		rest := text[i+1:]
		if !bytes.HasPrefix(rest, []byte(`\u`)) || utf16.DecodeRune(first, codeUnit(rest[2:])) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

// codeUnit reads the four digits of an escape.
func codeUnit(digits []byte) rune {
	unit, err := strconv.ParseUint(string(digits[:4]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(unit)
}
