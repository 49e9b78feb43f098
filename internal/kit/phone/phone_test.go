package phone

import (
	"errors"
	"testing"
)

func TestNormalise(t *testing.T) {
	tests := []struct{ raw, region, want string }{
		{"+1-555-987-6543", "ID", "+15559876543"},
		{"+1-555-987-6543", "", "+15559876543"},
		{"09161234567", "PH", "+639161234567"},
		{"0916 123 4567", "ph", "+639161234567"},
		{"9161234567", "PH", "+639161234567"},
		{"+63 (916) 123-4567", "ID", "+639161234567"},
		{"639161234567", "PH", "+639161234567"},
		{"081234567890", "ID", "+6281234567890"},
		{"0812-3456-7890", "ID", "+6281234567890"},
		{"6281234567890", "ID", "+6281234567890"},
		{"+6281234567890", "PH", "+6281234567890"},
		{"+62 0812 3456 7890", "ID", "+6281234567890"},
		{" 021 5550 1234 ", "ID", "+622155501234"},
		{"+44 20 7946 0958", "", "+442079460958"},
		{"0061 412 345 678", "DE", "+61412345678"},

		{"09161234567", "", ""},
		{"09161234567", "ZZ", ""},
		{"987-6543", "US", ""},
		{"12", "ID", ""},
		{"", "ID", ""},
		{"+", "ID", ""},
		{"+999 123 456 789", "ID", ""},
		{"+62812345678901234567", "ID", ""},
		{"081234567890 ext 12", "ID", ""},
		{"1-800-FLOWERS", "US", ""},
		{"081234567890;phone-context=+1", "ID", ""},
		{"0812\r\n34567890", "ID", ""},
		{"٠٨١٢٣٤٥٦٧٨٩٠", "ID", ""},
		{"--------------------------------------------+6281234567890", "ID", ""},
	}
	for _, tt := range tests {
		got, err := Normalise(tt.raw, tt.region)
		if got != tt.want || (tt.want == "") != errors.Is(err, ErrInvalid) {
			t.Errorf("Normalise(%q, %q) = %q, %v; want %q", tt.raw, tt.region, got, err, tt.want)
		}
	}
}

func TestValidRegion(t *testing.T) {
	for region, want := range map[string]bool{"ID": true, "ph": true, "ZZ": false, "": false, "+62": false, "IDN": false} {
		if got := ValidRegion(region); got != want {
			t.Errorf("ValidRegion(%q) = %v", region, got)
		}
	}
}

func TestMask(t *testing.T) {
	for number, want := range map[string]string{"+639161234567": "**********567", "123": "***", "": ""} {
		if got := Mask(number); got != want {
			t.Errorf("Mask(%q) = %q, want %q", number, got, want)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("+1-555-987-6543", "ID")
	f.Add("09161234567", "PH")
	f.Add("6281234567890", "ID")
	f.Fuzz(func(t *testing.T, raw, region string) {
		number, err := Normalise(raw, region)
		if err != nil {
			return
		}
		again, err := Normalise(number, "")
		if err != nil || again != number {
			t.Fatalf("Normalise(%q, %q) = %q, which normalises to %q, %v", raw, region, number, again, err)
		}
	})
}
