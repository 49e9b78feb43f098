package customers

import (
	"strings"

	"reserva/internal/kit/phone"
)

// defaultRegion reads numbers of businesses that tell neither country nor a
// known time zone.
const defaultRegion = "ID"

// Region is the country in which a business dials, as ISO 3166: what its default
// outlet says, else what its time zone tells.
func Region(country, timezone string) string {
	country = strings.ToUpper(strings.TrimSpace(country))
	if len(country) == 2 && phone.ValidRegion(country) {
		return country
	}
	if code, ok := regionsByName[country]; ok {
		return code
	}
	if code, ok := regionsByZone[timezone]; ok {
		return code
	}
	return defaultRegion
}

var regionsByName = map[string]string{
	"INDONESIA": "ID", "PHILIPPINES": "PH", "THE PHILIPPINES": "PH", "MALAYSIA": "MY", "SINGAPORE": "SG",
	"THAILAND": "TH", "VIETNAM": "VN", "VIET NAM": "VN", "INDIA": "IN", "JAPAN": "JP", "AUSTRALIA": "AU",
	"UNITED STATES": "US", "UNITED STATES OF AMERICA": "US", "USA": "US", "UNITED KINGDOM": "GB", "GERMANY": "DE",
}

var regionsByZone = map[string]string{
	"Asia/Jakarta": "ID", "Asia/Makassar": "ID", "Asia/Jayapura": "ID", "Asia/Pontianak": "ID", "Asia/Manila": "PH",
	"Asia/Kuala_Lumpur": "MY", "Asia/Singapore": "SG", "Asia/Bangkok": "TH", "Asia/Ho_Chi_Minh": "VN",
	"Asia/Kolkata": "IN", "Asia/Tokyo": "JP", "Australia/Sydney": "AU", "Europe/London": "GB", "Europe/Berlin": "DE",
}
