package paperid

import "strings"

// absolute completes a URL that came without scheme ("get.paper.id/Bdx8K2F", "localhost:8080/pay/1"). Parsing it would
// take "localhost" for the scheme, so only "://" counts as one. Schemes other than http and https are dropped: the
// result is put into pages and mails.
func absolute(raw, scheme string) string {
	raw = strings.TrimSpace(raw)
	before, _, found := strings.Cut(raw, "://")
	switch {
	case raw == "" || strings.ContainsAny(raw, " \t\r\n\"<>\x00"):
		return ""
	case strings.HasPrefix(raw, "//"):
		return scheme + ":" + raw
	case !found || strings.ContainsAny(before, "/?#"):
		return scheme + "://" + raw
	case strings.EqualFold(before, "https"), strings.EqualFold(before, "http"):
		return raw
	default:
		return ""
	}
}
