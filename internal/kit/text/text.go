// Package text brings what people type into single-line fields into the form in
// which it is stored. It changes nothing that a reader could see: markup, for
// example, is data here, and escaped where it is shown.
package text

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrControl reports a character that has no place in a single line, which
// could otherwise forge a mail header or a log line, or show what follows in
// another order than it has.
var ErrControl = errors.New("text: line break or control character")

// Line trims a single-line text: a name, a title, a subject. It fails with
// ErrControl for line breaks and control characters.
func Line(raw string) (string, error) {
	line := strings.TrimSpace(raw)
	if strings.IndexFunc(line, breaks) >= 0 {
		return "", ErrControl
	}
	return line, nil
}

// Length counts the characters of s, as the limits of the API do.
func Length(s string) int { return utf8.RuneCountInString(s) }

func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || turns(r) }

// turns tells the characters that set the direction of what follows them. Names in
// Arabic or Hebrew need none: their letters have a direction.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }
