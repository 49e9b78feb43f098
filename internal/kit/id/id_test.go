package id

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestNewAtBeginsWithItsSecond(t *testing.T) {
	made := NewAt(time.Unix(0x65a1b2c3, 999))
	if !strings.HasPrefix(string(made), "65a1b2c3") {
		t.Errorf("NewAt(0x65a1b2c3) = %s, want prefix 65a1b2c3", made)
	}
	if later := NewAt(time.Unix(0x65a1b2c4, 0)); later <= made {
		t.Errorf("an id of a later second, %s, sorts before %s", later, made)
	}
}

func TestFirstIsABoundOfItsSecond(t *testing.T) {
	second := time.Unix(0x65a1b2c3, 5)
	for range 100 {
		if first, made := First(second), NewAt(second); first > made || !first.Valid() {
			t.Fatalf("%s is after %s of the same second", first, made)
		}
	}
	if before := NewAt(second.Add(-time.Second)); before >= First(second) {
		t.Errorf("%s of the second before is not before %s", before, First(second))
	}
}

func TestMadeIDsAreValidAndDistinct(t *testing.T) {
	second := time.Unix(1_800_000_000, 0)
	makers := map[string]func() ID{
		"New":    New,
		"NewAt":  func() ID { return NewAt(second) },
		"Random": Random,
	}
	for name, make1 := range makers {
		t.Run(name, func(t *testing.T) {
			seen := map[ID]bool{}
			for range 10_000 {
				made := make1()
				if !made.Valid() {
					t.Fatalf("%q is not valid", made)
				}
				if seen[made] {
					t.Fatalf("%q was made twice", made)
				}
				seen[made] = true
			}
		})
	}
}

func TestRandomDoesNotTellTheTime(t *testing.T) {
	now := NewAt(time.Now())[:6]
	same := 0
	for range 20 {
		if Random()[:6] == now {
			same++
		}
	}
	if same == 20 {
		t.Error("every random id begins with the present time")
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		in   string
		want ID
		err  error
	}{
		{in: "65a1b2c3d4e5f60718293a4b", want: "65a1b2c3d4e5f60718293a4b"},
		{in: "65A1B2C3D4E5F60718293A4B", want: "65a1b2c3d4e5f60718293a4b"},
		{in: "", err: ErrInvalid},
		{in: "65a1b2c3d4e5f60718293a4", err: ErrInvalid},
		{in: "65a1b2c3d4e5f60718293a4b0", err: ErrInvalid},
		{in: "65a1b2c3d4e5f60718293a4g", err: ErrInvalid},
		{in: " 5a1b2c3d4e5f60718293a4b", err: ErrInvalid},
		{in: "65a1b2c3d4e5f60718293\u212a", err: ErrInvalid}, // 24 bytes with a letter of three
	}
	for _, tt := range tests {
		got, err := Parse(tt.in)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Parse(%q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("65a1b2c3d4e5f60718293a4b")
	f.Add("65A1B2C3D4E5F60718293A4B")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := Parse(s)
		if err != nil {
			if parsed != "" {
				t.Fatalf("Parse(%q) failed and returned %q", s, parsed)
			}
			return
		}
		if !parsed.Valid() || !strings.EqualFold(string(parsed), s) {
			t.Fatalf("Parse(%q) = %q", s, parsed)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}
