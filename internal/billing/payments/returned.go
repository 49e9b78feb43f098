package payments

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"reserva/internal/kit/id"
)

var (
	//go:embed returned.html
	returnedHTML string
	//go:embed returned.css
	returnedCSS string
)

// ReturnPath is where the pages are, below the public URL, that a provider's page
// sends payers back to.
const ReturnPath = "/payment"

type returnedView struct {
	Style       template.CSS
	Title, Text string
}

// returnedOf is the parameter of the pages that names the tenant and the invoice.
const returnedOf = "payment"

// returnedPatience is how long the page waits for the note that its payer has come back.
const returnedPatience = 2 * time.Second

// Returned has a job ask the provider about the payment of a payer who came back from its
// page. What the browser says is not believed: it is a hint of when to ask.
func (o *Operations) Returned(ctx context.Context, named string) error {
	tenant, invoice, _ := strings.Cut(named, "-")
	if !id.ID(tenant).Valid() || !id.ID(invoice).Valid() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, returnedPatience)
	defer cancel()
	return o.await(ctx, id.ID(tenant), id.ID(invoice), true)
}

// MountPages serves the pages that payers come back to where nobody named others.
// They say what the browser came back with, and are no proof of anything.
func MountPages(mux *http.ServeMux, o *Operations, log *slog.Logger) {
	page := template.Must(template.New("returned").Parse(returnedHTML))
	sum := sha256.Sum256([]byte(returnedCSS))
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
	views := map[string]returnedView{
		"success": {Title: "Thank you", Text: "As soon as the payment is confirmed, you get a receipt by e-mail. You can close this page."},
		"failure": {Title: "The payment did not work", Text: "Nothing was charged. Go back to your booking to try again, or pay at the venue."},
		"cancel":  {Title: "The payment was cancelled", Text: "Nothing was charged. Go back to your booking to pay another time."},
	}
	mux.HandleFunc("GET "+ReturnPath+"/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		view, ok := views[r.PathValue("outcome")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if err := o.Returned(r.Context(), r.URL.Query().Get(returnedOf)); err != nil {
			log.WarnContext(r.Context(), "the provider is not asked about a payer who came back", slog.Any("error", err))
		}
		view.Style = template.CSS(returnedCSS)
		var body bytes.Buffer
		if err := page.Execute(&body, view); err != nil {
			log.ErrorContext(r.Context(), "page after a payment", slog.Any("error", err))
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex")
		// The client may have gone; there is nobody left to tell.
		_, _ = w.Write(body.Bytes())
	})
}
