package token

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MinPassword and MaxPassword bound a password, in characters.
const (
	MinPassword = 8
	MaxPassword = 128
)

// CheckPassword returns what a new password lacks, as one sentence for the one who chose it, or "" when it is good
// enough: 8 to 128 characters with an upper-case and a lower-case letter, a digit and a symbol, and not one of those that
// everybody tries first. It is not asked of a password at sign-in: old ones stay good when the rule grows.
func CheckPassword(password string) (problem string) {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return "The password has characters that cannot be typed."
	case length < MinPassword:
		return "The password needs at least 8 characters."
	case length > MaxPassword:
		return "The password may have at most 128 characters."
	}
	kinds := []struct {
		name string
		in   func(rune) bool
	}{
		{"an upper-case letter", unicode.IsUpper},
		{"a lower-case letter", unicode.IsLower},
		{"a digit", unicode.IsDigit},
		{"a symbol", func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }},
	}
	var missing []string
	for _, kind := range kinds {
		if strings.IndexFunc(password, kind.in) < 0 {
			missing = append(missing, kind.name)
		}
	}
	switch n := len(missing); n {
	case 0:
		if isCommon(password) {
			return "This password is too common: it is among the first that are tried."
		}
		return ""
	case 1:
		return "The password needs " + missing[0] + "."
	default:
		return "The password needs " + strings.Join(missing[:n-1], ", ") + " and " + missing[n-1] + "."
	}
}
