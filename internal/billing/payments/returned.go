package payments

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"reserva/internal/kit/card"
	"reserva/internal/kit/id"
)

// ReturnPath is where the pages are, below the public URL, that a provider's page
// sends payers back to.
const ReturnPath = "/payment"

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
	cards := map[string]card.Card{
		"success": {Title: "Thank you", Text: "As soon as the payment is confirmed, you get a receipt by e-mail. You can close this page."},
		"failure": {Title: "The payment did not work", Text: "Nothing was charged. Go back to your booking to try again, or pay at the venue."},
		"cancel":  {Title: "The payment was cancelled", Text: "Nothing was charged. Go back to your booking to pay another time."},
	}
	mux.HandleFunc("GET "+ReturnPath+"/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		said, ok := cards[r.PathValue("outcome")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if err := o.Returned(r.Context(), r.URL.Query().Get(returnedOf)); err != nil {
			log.WarnContext(r.Context(), "the provider is not asked about a payer who came back", slog.Any("error", err))
		}
		if err := card.Write(w, http.StatusOK, said); err != nil {
			log.ErrorContext(r.Context(), "page after a payment", slog.Any("error", err))
		}
	})
}
