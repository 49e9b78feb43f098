package ratelimit

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops is how many entries of X-Forwarded-For are looked at.
const maxHops = 32

// AddressKey returns the text under which a client's address is limited: an IPv4 address itself, and of an IPv6 address
// its /64, which is what one subscriber has at the least. No address is "unknown", one caller for all of them.
func AddressKey(address netip.Addr) string {
	address = plain(address)
	switch {
	case !address.IsValid():
		return "unknown"
	case address.Is4():
		return address.String()
	}
	network, err := address.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return network.String()
}

// ClientAddress returns the address of the client that sent r: the peer of the connection, or, when that is one of our
// own proxies, whom the proxies say they forward for. X-Forwarded-For is read from its end, where the nearest
// proxy writes, and only while the writer is trusted; what stands before is the client's own word. It is not valid
// when the peer has no address, as on a Unix socket.
func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	client, ok := parseAddress(r.RemoteAddr)
	if !ok || !contains(trusted, client) {
		return client
	}
	hops := 0
	for _, line := range slices.Backward(r.Header.Values("X-Forwarded-For")) {
		for more := true; more; hops++ {
			var entry string
			if comma := strings.LastIndexByte(line, ','); comma >= 0 {
				line, entry = line[:comma], line[comma+1:]
			} else {
				entry, more = line, false
			}
			address, ok := parseAddress(strings.TrimSpace(entry))
			if !ok || hops == maxHops {
				return client // the last proxy that told something sensible
			}
			client = address
			if !contains(trusted, client) {
				return client
			}
		}
	}
	return client
}

// ClientHost returns the name of the host that the client of r asked for, in lower case and without a port: what the
// last of our own proxies says in X-Forwarded-Host, where the peer is one, else the request's own Host.
func ClientHost(r *http.Request, trusted []netip.Prefix) string {
	host := r.Host
	if peer, ok := parseAddress(r.RemoteAddr); ok && contains(trusted, peer) {
		if told := r.Header.Values("X-Forwarded-Host"); len(told) > 0 {
			last := told[len(told)-1]
			if named := strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]); named != "" {
				host = named
			}
		}
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// parseAddress reads an address with or without a port, and without brackets, zone or IPv4-in-IPv6 form.
func parseAddress(s string) (netip.Addr, bool) {
	if withPort, err := netip.ParseAddrPort(s); err == nil {
		return plain(withPort.Addr()), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s, ok = strings.CutSuffix(inner, "]")
		if !ok {
			return netip.Addr{}, false
		}
	}
	address, err := netip.ParseAddr(s)
	return plain(address), err == nil
}

func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

func contains(prefixes []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(address) })
}
