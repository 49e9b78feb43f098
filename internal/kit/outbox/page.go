package outbox

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Path is where Mount shows the messages.
const Path = "/dev/outbox"

// pageLimit is how many messages the page shows, the newest first.
const pageLimit = 200

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// Mount shows the messages of all tenants at Path, to whoever asks: it is for
// development and tests only. ?to= shows those to one recipient; a program asks
// with Accept: application/json.
func (o *Outbox) Mount(mux *http.ServeMux) {
	page := template.Must(template.New("outbox").Parse(pageHTML))
	sum := sha256.Sum256([]byte(pageCSS))
	policy := "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) { o.servePage(w, r, page, policy) })
	mux.HandleFunc("GET "+Path+"/{id}", o.serveHTML)
	mux.HandleFunc("GET "+Path+"/{id}/invite.ics", o.serveEntry)
	mux.HandleFunc("GET "+Path+"/{id}/file", o.serveFile)
}

func (o *Outbox) servePage(w http.ResponseWriter, r *http.Request, page *template.Template, policy string) {
	to := strings.TrimSpace(r.URL.Query().Get("to"))
	if !utf8.ValidString(to) || strings.ContainsRune(to, 0) {
		http.Error(w, "Not a recipient.", http.StatusBadRequest)
		return
	}
	rows, err := o.newest(r.Context(), to, pageLimit)
	if err != nil {
		o.fail(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept")
	var body bytes.Buffer
	if wantsJSON(r) {
		header.Set("Content-Type", "application/json")
		err = json.NewEncoder(&body).Encode(answer{Items: items(rows)})
	} else {
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Content-Security-Policy", policy)
		err = page.Execute(&body, o.view(to, rows))
	}
	if err != nil {
		o.fail(w, r, err)
		return
	}
	_, _ = w.Write(body.Bytes())
}

// serveHTML shows an e-mail's HTML as a reader would, without scripts and without
// the rights of this origin.
func (o *Outbox) serveHTML(w http.ResponseWriter, r *http.Request) {
	o.servePart(w, r, func(m row, header http.Header) string {
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Content-Security-Policy", "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
		return m.HTML
	})
}

// serveEntry gives an e-mail's calendar entry to a calendar.
func (o *Outbox) serveEntry(w http.ResponseWriter, r *http.Request) {
	o.servePart(w, r, func(m row, header http.Header) string {
		header.Set("Content-Type", "text/calendar; charset=utf-8; method="+m.Method)
		header.Set("Content-Disposition", `attachment; filename="invite.ics"`)
		return m.Calendar
	})
}

// serveFile gives the file that goes with an e-mail.
func (o *Outbox) serveFile(w http.ResponseWriter, r *http.Request) {
	o.servePart(w, r, func(m row, header http.Header) string {
		header.Set("Content-Type", m.FileType)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": m.FileName}))
		header.Set("X-Content-Type-Options", "nosniff")
		return string(m.File)
	})
}

// servePart answers with a part of the e-mail that the path names, and 404 where it has
// no such part.
func (o *Outbox) servePart(w http.ResponseWriter, r *http.Request, part func(row, http.Header) string) {
	named, err := id.Parse(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	m, err := o.find(r.Context(), named)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		o.fail(w, r, err)
		return
	}
	header := http.Header{}
	text := ""
	if err == nil {
		text = part(m, header)
	}
	if text == "" {
		http.NotFound(w, r)
		return
	}
	maps.Copy(w.Header(), header)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(text))
}

func (o *Outbox) fail(w http.ResponseWriter, r *http.Request, err error) {
	o.via.Log.ErrorContext(r.Context(), "outbox page", slog.Any("error", err))
	http.Error(w, "The messages cannot be read now.", http.StatusInternalServerError)
}

// wantsJSON tells a program from a browser.
func wantsJSON(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

type answer struct {
	Items []item `json:"items"`
}

type item struct {
	ID        id.ID     `json:"id"`
	Channel   Channel   `json:"channel"`
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
	Method    string    `json:"calendar_method"`
	Calendar  string    `json:"calendar"`
	FileName  string    `json:"file_name"`
	CreatedAt time.Time `json:"created_at"`
}

func items(rows []row) []item {
	out := make([]item, 0, len(rows))
	for _, m := range rows {
		out = append(out, item{m.ID, m.Channel, m.To, m.Subject, m.Text, m.HTML, m.Method, m.Calendar, m.FileName, m.CreatedAt.UTC()})
	}
	return out
}

// pageView is what page.html shows.
type pageView struct {
	Style    template.CSS
	Path, To string
	Messages []messageView
	Full     bool // there may be more
}

type messageView struct {
	row
	Parts []part
	State string
}

func (o *Outbox) view(to string, rows []row) pageView {
	v := pageView{Style: template.CSS(pageCSS), Path: Path, To: to, Full: len(rows) == pageLimit}
	for _, m := range rows {
		v.Messages = append(v.Messages, messageView{m, parts(m.Text), o.state(m)})
	}
	return v
}

func (o *Outbox) state(m row) string {
	switch {
	case m.SentAt != nil:
		return "sent"
	case m.Failure != "":
		return "not sent: " + m.Failure
	case o.sender(m) != nil:
		return "waiting"
	}
	return "kept here"
}

// part is a piece of a text: a link, or what lies between links.
type part struct{ Text, Link string }

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

// parts finds the links in a text. What ends a sentence is not part of its link.
func parts(text string) []part {
	var out []part
	rest := 0
	for _, at := range link.FindAllStringIndex(text, -1) {
		url := strings.TrimRight(text[at[0]:at[1]], `.,;:!?)]}'`)
		out = append(out, part{Text: text[rest:at[0]]}, part{Text: url, Link: url})
		rest = at[0] + len(url)
	}
	return append(out, part{Text: text[rest:]})
}
