package config

import (
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	netmail "net/mail"

	"reserva/internal/kit/mail"
)

func (r *reader) choice(variable, text string, choices ...string) string {
	if !slices.Contains(choices, text) {
		r.mistake(variable, "%q is none of %s", text, strings.Join(choices, ", "))
	}
	return text
}

func (r *reader) number(variable, text string, least, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		r.mistake(variable, "%q is not a number from %d to %d", text, least, most)
	}
	return n
}

func (r *reader) duration(variable, text string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d < least || d > most {
		r.mistake(variable, "%q is not a duration from %s to %s, such as 90m", text, short(least), short(most))
	}
	return d
}

// short writes 168h0m0s as 168h.
func short(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}

// address reads host:port. The host may be empty, which is every address.
func (r *reader) address(variable, text string) string {
	_, port, err := net.SplitHostPort(text)
	n, portErr := strconv.Atoi(port)
	if err != nil || portErr != nil || n < 0 || n > 65535 {
		r.mistake(variable, "%q is not host:port", text)
	}
	return text
}

// networks reads networks and single addresses, separated by commas.
func (r *reader) networks(variable, text string) []netip.Prefix {
	var all []netip.Prefix
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		if address, err := netip.ParseAddr(entry); err == nil && address.Zone() == "" {
			address = address.Unmap()
			all = append(all, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(entry)
		if err != nil {
			r.mistake(variable, "%q is not a network", entry)
			continue
		}
		if network != network.Masked() {
			r.mistake(variable, "%q has bits beyond its length; %s is the network", entry, network.Masked())
			continue
		}
		all = append(all, network)
	}
	return all
}

// base reads an http or https URL that paths are appended to, or nothing.
func (r *reader) base(variable, text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || !isWeb(u) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		r.mistake(variable, "must be an http or https URL without user, query and fragment")
		return ""
	}
	return strings.TrimRight(text, "/")
}

// origins reads web origins, separated by commas: scheme, host and port, and nothing
// behind. "*." may stand before a domain of at least two labels.
func (r *reader) origins(variable, text string) []string {
	var all []string
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		switch origin, ok := originOf(entry); {
		case entry == "":
		case !ok:
			r.mistake(variable, "%q is not an origin such as https://app.example.com or https://*.example.com", entry)
		default:
			all = append(all, origin)
		}
	}
	return all
}

// originOf writes an origin as browsers do: without the port that its scheme has
// anyway.
func originOf(text string) (string, bool) {
	u, err := url.Parse(strings.Replace(text, "://*.", "://any.", 1))
	if err != nil || !isWeb(u) || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil ||
		strings.ContainsAny(text, "?#") {
		return "", false
	}
	host := u.Host
	if u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
		host = strings.TrimSuffix(host, ":"+u.Port())
	}
	if domain, wild := strings.CutPrefix(host, "any."); wild && strings.Contains(text, "://*.") {
		if !strings.Contains(domain, ".") || strings.Contains(domain, "*") {
			return "", false
		}
		host = "*." + domain
	} else if strings.Contains(host, "*") {
		return "", false
	}
	return u.Scheme + "://" + host, true
}

// web reads any http or https URL, or nothing. It may hold a secret.
func (r *reader) web(variable, text string) string {
	if text == "" {
		return ""
	}
	if u, err := url.Parse(text); err != nil || !isWeb(u) {
		r.mistake(variable, "must be an http or https URL")
	}
	return text
}

func isWeb(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" }

// postgres reads a connection URL, or nothing. The driver judges its parameters.
func (r *reader) postgres(variable, text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == "" {
		r.mistake(variable, "must look like postgres://user:password@host:5432/database")
	}
	return text
}

func (r *reader) mailbox(variable, text string) mail.Address {
	parsed, err := netmail.ParseAddress(text)
	if err == nil {
		var address string
		if address, err = mail.Normalise(parsed.Address); err == nil {
			return mail.Address{Name: parsed.Name, Address: address}
		}
	}
	r.mistake(variable, "%q is not a mailbox such as 'Reserva <no-reply@example.com>'", text)
	return mail.Address{}
}

// paths reads files and folders that are there, separated by commas.
func (r *reader) paths(variable, text string) []string {
	var all []string
	for path := range strings.SplitSeq(text, ",") {
		path = strings.TrimSpace(path)
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			r.mistake(variable, "%q is not there", path)
		}
		all = append(all, path)
	}
	return all
}

var domainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

func (r *reader) domain(variable, text string) string {
	text = strings.ToLower(text)
	if text != "" && (len(text) > 253 || !domainName.MatchString(text)) {
		r.mistake(variable, "%q is not a domain", text)
	}
	return text
}

var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

// template reads a URL with {tenant}, {branch} and {handle} in it, or nothing.
func (r *reader) template(variable, text string) string {
	if text == "" {
		return ""
	}
	for _, found := range placeholder.FindAllString(text, -1) {
		if !slices.Contains([]string{"{tenant}", "{branch}", "{handle}"}, found) {
			r.mistake(variable, "%q is none of {tenant}, {branch}, {handle}", found)
		}
	}
	if !strings.Contains(text, "{handle}") {
		r.mistake(variable, "must contain {handle}, which proves who reads the e-mail")
	}
	if u, err := url.Parse(placeholder.ReplaceAllString(text, "x")); err != nil || !isWeb(u) {
		r.mistake(variable, "must be an http or https URL")
	}
	return text
}
