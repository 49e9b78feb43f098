package hooks

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"reserva/internal/kit/fault"
)

// reserved are the networks, beside those that net/netip knows by itself, behind which
// no server of a business is: shared and special ones of RFC 6890, and those whose
// addresses carry an IPv4 address inside, which could be one of this network.
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
		netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
	}
}

// public tells whether an address may be of a server on the internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "" {
		return false
	}
	for _, network := range reserved() {
		if network.Contains(a) {
			return false
		}
	}
	return true
}

// checkURL refuses addresses that could never be called. Names are looked at when they
// are resolved, each time. Local allows http and addresses of this network.
func checkURL(text string, local bool) error {
	refuse := func(why string) error { return fault.ErrInvalid.WithField("url", why, "url") }
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return refuse("must be an address such as https://example.com/hooks")
	case u.Scheme != "https" && !(local && u.Scheme == "http"):
		return refuse("must begin with https://")
	case !possiblePort(u.Port()):
		return refuse("must have a port between 1 and 65535, or none")
	case u.User != nil:
		return refuse("must not hold a user or a password")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return refuse("must not have a fragment")
	case local:
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if a, err := netip.ParseAddr(host); err == nil && !public(a) || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") {
		return refuse("must be a server on the internet")
	}
	return nil
}

func possiblePort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// hostOf is where an endpoint is.
func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Host
}
