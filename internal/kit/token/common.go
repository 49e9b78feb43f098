package token

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// commonList is a list of the passwords that people choose most, one a line, in lower case and sorted; where it comes
// from and under which licence is in common.LICENSE.txt.
//
//go:embed common.txt.gz
var commonList []byte

// commonPasswords unpacks the list when it is first asked for.
var commonPasswords = sync.OnceValue(func() []string {
	unpacked, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
})

const (
	// maxDecoration is how many digits and symbols around a common password leave it common.
	maxDecoration = 6
	// minCommon is the length of the shortest common password.
	minCommon = 4
)

// Letters that are written as other characters, twice: "1" and "!" may be an i or an l.
var (
	spelledOut     = strings.NewReplacer("@", "a", "4", "a", "8", "b", "3", "e", "1", "i", "!", "i", "|", "i", "0", "o", "$", "s", "5", "s", "7", "t", "+", "t")
	spelledOutAsEl = strings.NewReplacer("@", "a", "4", "a", "8", "b", "3", "e", "1", "l", "!", "l", "|", "l", "0", "o", "$", "s", "5", "s", "7", "t", "+", "t")
)

// isCommon reports whether a password is one of those that are tried first: one of the list, however its letters are
// written, and with what a rule for passwords makes people put around it: "Password1!", "Qwerty123!", "$umm3r2026".
func isCommon(password string) bool {
	for _, guess := range guesses(password) {
		if len(guess) < minCommon {
			continue
		}
		if _, listed := slices.BinarySearch(commonPasswords(), guess); listed {
			return true
		}
	}
	return false
}

// guesses are what a password may be a decorated form of.
func guesses(password string) []string {
	low := strings.ToLower(password)
	plain := strings.TrimFunc(low, isSymbol)
	cores := []string{low, plain, strings.TrimRightFunc(low, isSymbol)}
	for _, core := range []string{strings.TrimFunc(low, isDecoration), strings.TrimRightFunc(low, isDecoration)} {
		if len(low)-len(core) <= maxDecoration {
			cores = append(cores, core)
		}
	}
	all := slices.Clone(cores)
	for _, core := range cores {
		all = append(all, spelledOut.Replace(core), spelledOutAsEl.Replace(core))
		if half := len(core) / 2; core[:half] == core[len(core)-half:] {
			all = append(all, core[:half]) // said twice
		}
	}
	return all
}

func isSymbol(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func isDecoration(r rune) bool { return !unicode.IsLetter(r) }
