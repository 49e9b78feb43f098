package customers

import (
	"slices"
	"testing"
)

func TestRegion(t *testing.T) {
	for _, c := range []struct{ country, timezone, want string }{
		{"PH", "Asia/Jakarta", "PH"}, {" ph ", "", "PH"}, {"Philippines", "", "PH"}, {"indonesia", "", "ID"},
		{"", "Asia/Manila", "PH"}, {"Atlantis", "Asia/Singapore", "SG"}, {"XX", "Mars/Olympus", "ID"}, {"", "", "ID"},
	} {
		if got := Region(c.country, c.timezone); got != c.want {
			t.Errorf("Region(%q, %q) = %s, want %s", c.country, c.timezone, got, c.want)
		}
	}
}

func TestSearchTerms(t *testing.T) {
	for raw, want := range map[string][]string{
		"  Anna ":         {"anna"},
		" Anna  Maria":    {"anna maria"},
		"12":              {"12"},
		"+62 812-3456":    {"+62 812-3456", "628123456"},
		"08123456":        {"08123456", "08123456", "8123456"},
		"0062812":         {"0062812", "0062812", "62812"},
		"0012":            {"0012", "0012"},
		"anna123":         {"anna123"},
		"000":             {"000", "000"},
		"anna@example.co": {"anna@example.co"},
	} {
		text, numbers := searchTerms(raw)
		if got := append([]string{text}, numbers...); !slices.Equal(got, want) {
			t.Errorf("searchTerms(%q) = %q, want %q", raw, got, want)
		}
	}
}
