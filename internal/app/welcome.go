package app

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"

	"reserva/internal/kit/outbox"
)

//go:embed welcome.html
var welcomeHTML string

//go:embed welcome.css
var welcomeCSS string

// mountWelcome answers the address itself, which is what people open first.
func (a *App) mountWelcome() {
	var page bytes.Buffer
	view := struct {
		Style   template.CSS
		Outbox  string
		Metrics bool
	}{Style: template.CSS(welcomeCSS), Metrics: a.Config.Metrics.On}
	if !a.Config.Production {
		view.Outbox = outbox.Path
	}
	if err := template.Must(template.New("welcome").Parse(welcomeHTML)).Execute(&page, view); err != nil {
		panic(err) // the template is part of the program
	}
	sum := sha256.Sum256([]byte(welcomeCSS))
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
	a.Mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(page.Bytes())
	})
}

// Announce tells a person at a terminal what to open next. program is how they
// called it.
func (a *App) Announce(w io.Writer, program string) {
	url := a.Config.PublicURL
	fmt.Fprintf(w, "\nReserva is ready at %s\n\n", url)
	fmt.Fprintf(w, "  Try the API     %s/docs\n", url)
	fmt.Fprintf(w, "  Read about it   %s/redoc\n", url)
	if !a.Config.Production {
		fmt.Fprintf(w, "  Mail and SMS    %s%s\n", url, outbox.Path)
		fmt.Fprintf(w, "  Demo data       %s demo, while the server is stopped\n", program)
	}
	if a.storage != nil && a.storage.server != nil {
		fmt.Fprintf(w, "  Data            %s\n", a.storage.server.Dir())
	}
	fmt.Fprintf(w, "\nCtrl-C stops it.\n\n")
}
