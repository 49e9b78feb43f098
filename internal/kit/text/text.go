// Package text brings what people type into the form in which it is stored and
// compared. It changes nothing that a reader could see: markup, for example, is
// data here, and escaped where it is shown.
package text

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrControl reports a character that has no place in a single line, which
// could otherwise forge a mail header or a log line.
var ErrControl = errors.New("text: line break or control character")

// ErrEmail reports a text that is no e-mail address.
var ErrEmail = errors.New("text: not an e-mail address")

// maxEmail is the longest address that a mail server has to accept.
const maxEmail = 254

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

// Email returns an address in lower case, without the name that may stand before
// it, at most 254 bytes long and with a dot in its domain. It fails with ErrEmail.
func Email(raw string) (string, error) {
	address := strings.ToLower(strings.TrimSpace(raw))
	if len(address) > maxEmail || !isASCII(address) {
		return "", ErrEmail
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return "", ErrEmail
	}
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], address[at+1:]
	if len(local) > 64 || strings.ContainsAny(local, "\" ") || !isDomain(domain) {
		return "", ErrEmail
	}
	return address, nil
}

func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// isDomain reports whether s is two or more labels of letters, digits and inner
// hyphens.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return len(labels) >= 2
}
