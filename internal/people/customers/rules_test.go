package customers

import (
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
	for raw, want := range map[string][2]string{
		"  Anna ":         {"anna", ""},
		"12":              {"12", ""},
		"+62 812-3456":    {"+62 812-3456", "628123456"},
		"08123456":        {"08123456", "8123456"},
		"anna123":         {"anna123", ""},
		"000":             {"000", ""},
		"anna@example.co": {"anna@example.co", ""},
	} {
		text, digits := searchTerms(raw)
		if text != want[0] || digits != want[1] {
			t.Errorf("searchTerms(%q) = %q, %q, want %q", raw, text, digits, want)
		}
	}
}
