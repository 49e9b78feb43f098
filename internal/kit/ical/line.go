package ical

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"reserva/internal/kit/mail"
)

// lineLimit is how many bytes a line has at the most, its end not counted.
const lineLimit = 75

// writer writes content lines, folded.
type writer struct{ strings.Builder }

// line writes a value that is no text: nothing in it is escaped.
func (w *writer) line(name, value string) {
	rest := name + ":" + value
	for room := lineLimit; len(rest) > room; room = lineLimit - 1 {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.WriteString(rest[:cut])
		w.WriteString("\r\n ")
		rest = rest[cut:]
	}
	w.WriteString(rest)
	w.WriteString("\r\n")
}

// text writes anybody's text.
func (w *writer) text(name, value string) { w.line(name, escape(value)) }

// person writes somebody who has a mailbox.
func (w *writer) person(property, parameters string, p Person) {
	address, err := mail.Normalise(p.Address)
	if err != nil {
		return
	}
	if name := parameter(p.Name); name != "" {
		parameters = `;CN="` + name + `"` + parameters
	}
	mailbox, domain, _ := strings.Cut(address, "@")
	w.line(property+parameters, "mailto:"+url.PathEscape(mailbox)+"@"+domain)
}

// escape writes text as a value: RFC 5545, 3.3.11.
func escape(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	text = strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// parameter is text between the quotation marks of a parameter, which can hold no such
// mark: RFC 5545, 3.2. It can hold a backslash, which many readers take for an escape.
func parameter(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r == '\\':
			return '/'
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError))))
}
