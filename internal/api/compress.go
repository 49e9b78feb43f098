package api

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthPacking is the size from which on packing saves more than it costs: what is
// smaller travels in one packet anyway.
const worthPacking = 1 << 10

// packers are kept, since each of them holds some hundred kilobytes.
type packers struct{ pool sync.Pool }

func newPackers() *packers {
	return &packers{pool: sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant
		}
		return z
	}}}
}

// wrap returns a writer that packs what is worth it, and what ends it. Only answers
// to GET are packed: tokens are answered to POST, so that no size of a packed
// answer tells anything about one. Browsers send no token by themselves, therefore
// another page cannot ask for an answer to measure.
func (p *packers) wrap(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, func()) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return w, func() {}
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if r.Method == http.MethodHead || !acceptsGzip(r.Header) {
		return w, func() {}
	}
	packed := &packer{ResponseWriter: w, from: p}
	return packed, packed.end
}

// acceptsGzip reads Accept-Encoding. A client that names a coding with the weight
// of zero refuses it.
func acceptsGzip(h http.Header) bool {
	others := false
	for _, line := range h["Accept-Encoding"] {
		for entry := range strings.SplitSeq(line, ",") {
			coding, parameters, _ := strings.Cut(entry, ";")
			coding = strings.TrimSpace(coding)
			wanted := weight(parameters) > 0
			if strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip") {
				return wanted
			}
			others = others || coding == "*" && wanted
		}
	}
	return others
}

func weight(parameters string) float64 {
	name, value, found := strings.Cut(strings.TrimSpace(parameters), "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}

// packer decides with the first piece of the body, and then packs or does not.
type packer struct {
	http.ResponseWriter
	from    *packers
	status  int // 0 before it is known, or once it is sent
	decided bool
	zip     *gzip.Writer // nil where the answer goes out as it is
}

func (w *packer) WriteHeader(status int) {
	if w.decided || status < http.StatusOK {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.status = status
}

func (w *packer) Write(b []byte) (int, error) {
	if !w.decided {
		w.decide(len(b))
	}
	if w.zip != nil {
		return w.zip.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *packer) decide(size int) {
	w.decided = true
	h := w.Header()
	if (w.status == 0 || w.status == http.StatusOK) && size >= worthPacking && packable(h) {
		w.zip = w.from.pool.Get().(*gzip.Writer)
		w.zip.Reset(w.ResponseWriter)
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
		if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
			h.Set("ETag", "W/"+tag) // the same content, not the same bytes
		}
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
}

// packable tells text from what is packed already, and from parts of an answer.
func packable(h http.Header) bool {
	if h.Get("Content-Encoding") != "" || h.Get("Content-Range") != "" {
		return false
	}
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return media == typeJSON || strings.HasSuffix(media, "+json") || strings.HasPrefix(media, "text/")
}

// end sends what is left. It must be called once the answer is complete.
func (w *packer) end() {
	if !w.decided {
		w.decide(0)
	}
	if w.zip == nil {
		return
	}
	// The client may have gone; there is nobody left to tell.
	_ = w.zip.Close()
	w.zip.Reset(nil)
	w.from.pool.Put(w.zip)
	w.zip = nil
}

// Unwrap lets http.ResponseController reach the connection.
func (w *packer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
