package token

import (
	"bytes"
	"testing"
)

func TestSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		secret := NewSecret()
		if len(secret) != SecretLength || seen[secret] {
			t.Fatalf("NewSecret = %q", secret)
		}
		seen[secret] = true
		if len(HashSecret(secret)) != 32 || !bytes.Equal(HashSecret(secret), HashSecret(secret)) {
			t.Fatalf("HashSecret = %x", HashSecret(secret))
		}
	}
}

func TestCodesAreUniform(t *testing.T) {
	const draws = 60_000
	var counts [CodeLength][10]int
	for range draws {
		code := NewCode()
		if len(code) != CodeLength {
			t.Fatalf("NewCode = %q", code)
		}
		for i, c := range []byte(code) {
			if c < '0' || c > '9' {
				t.Fatalf("NewCode = %q", code)
			}
			counts[i][c-'0']++
		}
	}
	// Each count is binomial with mean 6000 and deviation 73; ten deviations never happen by chance.
	for place, digits := range counts {
		for digit, n := range digits {
			if n < draws/10-730 || n > draws/10+730 {
				t.Errorf("digit %d stands at place %d in %d of %d codes", digit, place, n, draws)
			}
		}
	}
}

func TestCodeAtRest(t *testing.T) {
	k := newKeys(t)
	code := NewCode()
	stored := k.MAC("sign-in", "customer-1", code)
	if !k.CheckMAC(stored, "sign-in", "customer-1", code) {
		t.Error("the code is refused")
	}
	if k.CheckMAC(stored, "sign-in", "customer-2", code) || k.CheckMAC(stored, "withdrawal", "customer-1", code) {
		t.Error("the code is good for another subject or purpose")
	}
	if newKeys(t).CheckMAC(stored, "sign-in", "customer-1", code) {
		t.Error("the code can be checked without the key")
	}
}
