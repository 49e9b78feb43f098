// Package card is the one look of pages that people meet outside any portal: where a link
// in a mail leads, or the way back from a payment. A card says one thing, may show a visit,
// and may ask with a button or two. It needs no script, loads nothing, follows the light or
// dark of the device, and is nothing for caches, frames and search engines.
package card

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"time"

	"reserva/internal/kit/civil"
)

var (
	//go:embed card.html
	page string
	//go:embed card.css
	style string

	shape  = template.Must(template.New("card").Parse(page))
	digest = sha256.Sum256([]byte(style)) // by which the policy knows the style
)

// Card is what a page says. Texts are plain.
type Card struct {
	Title, Text string
	Visit       *Visit
	Buttons     []Button // each posts to the page's own address
	Note        string   // below the buttons
}

// Visit is an appointment, as far as its customer has to know it again.
type Visit struct {
	What, When, Zone, Where string
	Price                   string // empty where it is not shown
}

// Button asks something; what it means is posted as "answer" where there is a Value.
type Button struct {
	Label, Value string
}

// Day is how a card writes a time, at the place of the zone; in UTC where that is unknown.
func Day(at time.Time, zone string) string {
	location, err := civil.Zone(zone)
	if err != nil {
		location = time.UTC
	}
	return at.In(location).Format("Monday, 2 January 2006, 15:04")
}

// Write answers with the card.
func Write(w http.ResponseWriter, status int, c Card) error {
	var body bytes.Buffer
	if err := shape.Execute(&body, struct {
		Card
		Style template.CSS
	}{c, template.CSS(style)}); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy(len(c.Buttons) > 0))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(body.Bytes())
	return nil
}

// policy allows the page its own style, and forms to itself where it has one.
func policy(form bool) string {
	to := "'none'"
	if form {
		to = "'self'"
	}
	return "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action " + to +
		"; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}
