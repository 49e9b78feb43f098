package token

import (
	"slices"
	"strings"
	"testing"
)

func TestCommonPasswordsAreRefused(t *testing.T) {
	for _, password := range []string{
		"Password1!", "Qwerty123!", "Passw0rd!", "P@ssw0rd", "P@$$w0rd123!", "Summer2026!", "$ummeR2026!", "Welcome#1", "We1come2026!",
		"Abcd1234!", "!Password1", "1Qaz2wsx!", "Qwerty123456!", "Michael2024!", "Letmein123!", "DragonDragon1!",
		"Sayang123!", "Bismillah1!", "Iloveyou2!", "Trustno1!", "Monkey#12",
	} {
		if problem := CheckPassword(password); !strings.Contains(problem, "common") {
			t.Errorf("%s: %q", password, problem)
		}
	}
	for _, password := range []string{
		"SecurePass123!", "Hart#2026secure", "Another#2026pass", "Tr0ub4dor&3xyz", "Pelikan-Tasse-42", "correct Horse battery 5taple!",
		"Password, and 7 other words", "Qwerty!83920175", "xK9#mQ2$vL",
	} {
		if problem := CheckPassword(password); problem != "" {
			t.Errorf("%s: %q", password, problem)
		}
	}
}

func TestTheListIsSortedAndWhole(t *testing.T) {
	list := commonPasswords()
	if len(list) < 25_000 || !slices.IsSorted(list) {
		t.Fatalf("%d entries, sorted %v", len(list), slices.IsSorted(list))
	}
	for _, entry := range list {
		if len(entry) < minCommon || entry != strings.ToLower(entry) || strings.TrimSpace(entry) != entry {
			t.Errorf("%q can never be found", entry)
		}
	}
}

// Nothing that can be typed breaks the comparison.
func FuzzCheckPassword(f *testing.F) {
	f.Add("Password1!")
	f.Add("ẞİ1!aAbB\xff")
	f.Fuzz(func(t *testing.T, password string) {
		if CheckPassword(password) == "" && isCommon(password) {
			t.Errorf("%q is common and good enough", password)
		}
	})
}
