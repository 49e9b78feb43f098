package tenants

import (
	"net/url"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/text"
)

// CleanWebsite reads the address of a page, with its scheme; empty is none.
// Nothing but http and https is let through: the address becomes a link.
func CleanWebsite(path, raw string) (string, error) {
	line, err := text.Line(raw)
	if err == nil && line == "" {
		return "", nil
	}
	page, parseErr := url.Parse(line)
	if err != nil || parseErr != nil || page.Host == "" || page.User != nil || page.Scheme != "http" && page.Scheme != "https" {
		return "", fault.InvalidField(path, "must be an address that begins with https:// or http://")
	}
	return line, nil
}
