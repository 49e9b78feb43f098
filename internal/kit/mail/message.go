// Package mail sends e-mail.
//
// A Message is plain text with an optional HTML twin, to one person: two recipients would learn of each other. Names,
// subjects and headers carry what customers typed, so a line break in any of them is refused rather than repaired: it
// is how one header is made into two. Sending is a network call of seconds: it belongs in a job, never inside a
// transaction.
package mail

import (
	"context"
	"errors"
	netmail "net/mail"
	"strings"
)

var (
	// ErrAddress reports a text that is not a bare e-mail address.
	ErrAddress = errors.New("mail: not an e-mail address")
	// ErrMessage reports a message that can never be sent: a line break in a header, a bad address, no text. A job
	// must not try it again.
	ErrMessage = errors.New("mail: message not valid")
	// ErrRejected reports a message or recipient that the server will never take. A job must not try it again.
	ErrRejected = errors.New("mail: rejected by the server")
)

// Address is a mailbox with the name of its owner, which may be empty and may hold any characters but line breaks.
type Address = netmail.Address

// Message is one e-mail to one person.
type Message struct {
	From    Address
	To      Address
	ReplyTo Address // optional
	Subject string
	Text    string
	HTML    string            // optional; says the same as Text
	Entry   *Entry            // optional
	File    *File             // optional
	Headers map[string]string // optional; not those that the fields above or the transport set
}

// Entry is what a calendar makes of the message: iCalendar (RFC 5545), once as a form of
// the message, which calendars act on, and once as a file for whoever reads it elsewhere.
type Entry struct {
	Method string // of RFC 5546, as the text says as well
	Text   string
}

// File is a file that goes with the message.
type File struct {
	Name  string
	Type  string // its media type
	Bytes []byte
}

// Sender sends e-mail. Send returns when the server has taken the message over, which is not yet delivery. An error
// that is neither ErrMessage nor ErrRejected may pass; the message may have gone out all the same.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// maxAddress is the longest address that SMTP can carry.
const maxAddress = 254

// Normalise returns a bare address without surrounding space and in lower case, so that one mailbox is one text: what
// lies before the @ may differ in case by the letter of the standard, and never does. It accepts the addresses that
// people have: ASCII, unquoted, with a dot in the domain. It fails with ErrAddress.
func Normalise(raw string) (string, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) > maxAddress || strings.IndexFunc(raw, notInAddress) >= 0 {
		return "", ErrAddress
	}
	address := strings.ToLower(raw)
	parsed, err := netmail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return "", ErrAddress
	}
	local, domain, _ := strings.Cut(address, "@")
	if len(local) > 64 || !strings.Contains(domain, ".") || strings.ContainsAny(domain, "_+/=?^`{|}~!#$%&'*") {
		return "", ErrAddress
	}
	return address, nil
}

// Mask returns an address with most of what lies before the @ hidden, to show where a code went.
func Mask(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return "***"
	}
	return local[:1] + "***@" + domain
}

// notInAddress finds what would need quotes or be a comment, a group or a list, and everything beyond ASCII.
func notInAddress(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>[\]`, r)
}

// Validate reports with ErrMessage what would keep m from ever being sent.
func (m Message) Validate() error {
	for _, a := range []Address{m.From, m.To} {
		if _, err := Normalise(a.Address); err != nil {
			return errors.Join(ErrMessage, err)
		}
	}
	if m.ReplyTo != (Address{}) {
		if _, err := Normalise(m.ReplyTo.Address); err != nil {
			return errors.Join(ErrMessage, err)
		}
	}
	lines := []string{m.Subject, m.From.Name, m.From.Address, m.To.Name, m.To.Address, m.ReplyTo.Name, m.ReplyTo.Address}
	for name, value := range m.Headers {
		if !headerName(name) || reserved(name) {
			return errors.Join(ErrMessage, errors.New("a header that a message may not set"))
		}
		lines = append(lines, value)
	}
	if m.File != nil {
		lines = append(lines, m.File.Name, m.File.Type)
	}
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n\x00") {
			return errors.Join(ErrMessage, errors.New("a line break in a header"))
		}
	}
	if m.Text == "" {
		return errors.Join(ErrMessage, errors.New("no text"))
	}
	if m.Entry != nil && (m.Entry.Text == "" || strings.Trim(m.Entry.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || m.Entry.Method == "") {
		return errors.Join(ErrMessage, errors.New("a calendar entry without method or text"))
	}
	return nil
}

func headerName(name string) bool {
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' || c == ':' {
			return false
		}
	}
	return name != ""
}

// reserved reports whether a header belongs to a field of Message or to the transport, or would add recipients.
func reserved(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "return-path",
		"received":
		return true
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "resent-")
}
