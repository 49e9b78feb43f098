package ratelimit

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func prefixes(t testing.TB, texts ...string) []netip.Prefix {
	t.Helper()
	var list []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::1":      "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := AddressKey(netip.MustParseAddr(in)); got != want {
			t.Errorf("AddressKey(%s) = %s, want %s", in, got, want)
		}
	}
	if got := AddressKey(netip.Addr{}); got != "unknown" {
		t.Errorf("AddressKey of none = %s", got)
	}
}

func TestClientAddress(t *testing.T) {
	tests := []struct {
		name      string
		remote    string
		forwarded []string
		want      string
	}{
		{"no proxy", "203.0.113.7:1234", nil, "203.0.113.7"},
		{"a stranger's word", "203.0.113.7:1234", []string{"198.51.100.1"}, "203.0.113.7"},
		{"a stranger claims to be a proxy", "203.0.113.7:1234", []string{"198.51.100.1, 10.0.0.1"}, "203.0.113.7"},
		{"through a proxy", "10.0.0.1:1234", []string{"203.0.113.7"}, "203.0.113.7"},
		{"through two", "10.0.0.1:1234", []string{"203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		{"a forged entry before", "10.0.0.1:1234", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"a forged proxy before", "10.0.0.1:1234", []string{"198.51.100.1, 10.0.0.9, 203.0.113.7"}, "203.0.113.7"},
		{"two headers", "10.0.0.1:1234", []string{"198.51.100.1", "203.0.113.7,10.0.0.2"}, "203.0.113.7"},
		{"proxies alone", "10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"a proxy without the header", "10.0.0.1:1234", nil, "10.0.0.1"},
		{"an empty header", "10.0.0.1:1234", []string{""}, "10.0.0.1"},
		{"nonsense", "10.0.0.1:1234", []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		{"nonsense farther off", "10.0.0.1:1234", []string{"evil, 203.0.113.7"}, "203.0.113.7"},
		{"an entry with a port", "10.0.0.1:1234", []string{"203.0.113.7:99"}, "203.0.113.7"},
		{"IPv6", "[2001:db8::1]:1234", []string{"2001:db8:f::7"}, "2001:db8:f::7"},
		{"IPv6 in brackets", "[2001:db8::1]:1234", []string{"[2001:db8:f::7]"}, "2001:db8:f::7"},
		{"IPv6 in brackets, with a port", "[2001:db8::1]:1234", []string{"[2001:db8:f::7]:80"}, "2001:db8:f::7"},
		{"brackets left open", "10.0.0.1:1234", []string{"[2001:db8:f::7"}, "10.0.0.1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:1234", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{"endless proxies", "10.0.0.1:1234", []string{"203.0.113.7" + strings.Repeat(", 10.0.0.2", 1000)}, "10.0.0.2"},
		{"an entry with leading zeros", "10.0.0.1:1234", []string{"203.0.113.07"}, "10.0.0.1"},
		{"an entry in another notation", "10.0.0.1:1234", []string{"0xcb.0.113.7"}, "10.0.0.1"},
		{"a short entry", "10.0.0.1:1234", []string{"203.113"}, "10.0.0.1"},
		{"a name", "10.0.0.1:1234", []string{"localhost"}, "10.0.0.1"},
		{"empty entries", "10.0.0.1:1234", []string{"203.0.113.7, ,"}, "10.0.0.1"},
		{"nothing between two proxies", "10.0.0.1:1234", []string{"203.0.113.7,,10.0.0.2"}, "10.0.0.2"},
		{"much space", "10.0.0.1:1234", []string{" \t203.0.113.7 \t,\t10.0.0.2  "}, "203.0.113.7"},
		{"an empty second header", "10.0.0.1:1234", []string{"203.0.113.7", ""}, "10.0.0.1"},
		{"a header of the client and one of the proxy", "10.0.0.1:1234", []string{"10.0.0.7", "203.0.113.7"}, "203.0.113.7"},
		{"a network", "10.0.0.1:1234", []string{"203.0.113.0/24"}, "10.0.0.1"},
		{"IPv6 with a zone", "10.0.0.1:1234", []string{"fe80::1%eth0"}, "fe80::1"},
		{"IPv6 with a zone that is no name", "10.0.0.1:1234", []string{"fe80::1%"}, "10.0.0.1"},
		{"a trusted proxy in IPv6 form", "10.0.0.1:1234", []string{"203.0.113.7, ::ffff:10.0.0.2"}, "203.0.113.7"},
		{"an IPv6 client with port and no brackets", "10.0.0.1:1234", []string{"2001:db8:f::7:80"}, "2001:db8:f::7:80"},
		{"line ends", "10.0.0.1:1234", []string{"203.0.113.7\r\n10.0.0.2"}, "10.0.0.1"},
		{"the unspecified address", "10.0.0.1:1234", []string{"0.0.0.0"}, "0.0.0.0"},
		{"no port on the peer", "10.0.0.1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"no peer", "", []string{"203.0.113.7"}, ""},
		{"a Unix socket", "@", []string{"203.0.113.7"}, ""},
	}
	trusted := prefixes(t, "10.0.0.0/8", "2001:db8::/64")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
			got := ClientAddress(r, trusted)
			if tt.want == "" {
				if got.IsValid() {
					t.Errorf("ClientAddress = %v, want none", got)
				}
				return
			}
			if got.String() != tt.want {
				t.Errorf("ClientAddress = %v, want %s", got, tt.want)
			}
		})
	}
}

// A client behind one proxy is known by the address that the proxy wrote, whatever it sends itself.
func FuzzClientAddress(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.2")
	f.Add(",,[::1]:80,%")
	f.Add("")
	trusted := prefixes(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, forged string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:1", Header: http.Header{}}
		r.Header["X-Forwarded-For"] = []string{forged + ", 203.0.113.7"}
		if got := ClientAddress(r, trusted); got.String() != "203.0.113.7" {
			t.Fatalf("with %q sent by the client: %v", forged, got)
		}
		r.Header["X-Forwarded-For"] = []string{forged, "203.0.113.7"}
		if got := ClientAddress(r, trusted); got.String() != "203.0.113.7" {
			t.Fatalf("with %q in a header of its own: %v", forged, got)
		}
		r.Header["X-Forwarded-For"] = []string{forged}
		got := ClientAddress(r, trusted)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%q gives %v", forged, got)
		}
		if AddressKey(got) == "unknown" {
			t.Fatalf("%v has no key", got)
		}
		r.RemoteAddr = "203.0.113.7:1"
		if got := ClientAddress(r, slices.Clone(trusted)); got.String() != "203.0.113.7" {
			t.Fatalf("a stranger who sends %q is known as %v", forged, got)
		}
	})
}

func TestClientHost(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, tt := range map[string]struct {
		remote, host string
		forwarded    []string
		want         string
	}{
		"asked directly":     {"203.0.113.7:1", "Salon.Example.com:8080", nil, "salon.example.com"},
		"without a port":     {"203.0.113.7:1", "salon.example.com.", nil, "salon.example.com"},
		"told by a stranger": {"203.0.113.7:1", "a.example.com", []string{"b.example.com"}, "a.example.com"},
		"told by a proxy":    {"10.0.0.1:1", "internal:80", []string{"b.example.com:443"}, "b.example.com"},
		"the nearest proxy":  {"10.0.0.1:1", "internal", []string{"x.example.com", "y.example.com, z.example.com"}, "z.example.com"},
		"told nothing":       {"10.0.0.1:1", "internal", []string{" "}, "internal"},
		"an address":         {"203.0.113.7:1", "[::1]:8080", nil, "::1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Host: tt.host, Header: http.Header{"X-Forwarded-Host": tt.forwarded}}
			if got := ClientHost(r, trusted); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A host is known in one spelling; a client cannot make its proxy's last word another,
// and whoever is no proxy is not asked.
func FuzzClientHost(f *testing.F) {
	f.Add("x.example.com", "Salon.Example.COM.:8080")
	f.Add("[::1", "[::1]:80")
	f.Add(",,", "a,b:c:d")
	trusted := prefixes(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, forged, asked string) {
		r := &http.Request{RemoteAddr: "10.0.0.1:1", Host: asked, Header: http.Header{"X-Forwarded-Host": {forged + ", Salon.example.com:443"}}}
		if got := ClientHost(r, trusted); got != "salon.example.com" {
			t.Fatalf("with %q sent by the client: %q", forged, got)
		}
		r.RemoteAddr = "203.0.113.7:1"
		got := ClientHost(r, trusted)
		if r.Header = nil; ClientHost(r, trusted) != got {
			t.Fatalf("a stranger who sends %q and asks for %q is believed: %q", forged, asked, got)
		}
		if got != strings.ToLower(got) {
			t.Fatalf("%q gives %q", asked, got)
		}
	})
}
