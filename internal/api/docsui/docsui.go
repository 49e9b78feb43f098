// Package docsui shows the OpenAPI document in a browser: Swagger UI at /docs,
// to try calls with, and ReDoc at /redoc, to read.
//
// Swagger UI is part of the program. ReDoc is too large to keep beside the
// source: a build that ran `make assets` carries it, any other page loads the
// same file from a CDN, pinned by its hash. Both pages forbid every other host
// and inline script by their content policy.
package docsui

import (
	"bytes"
	"compress/gzip"
	"embed"
	"html/template"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

// The folder always holds its README, so that it can be embedded before
// anything was put into it.
//
//go:embed assets
var assets embed.FS

//go:embed pages
var pages embed.FS

// ReDoc as published on npm. The hash is that of the bundle in the package.
const (
	redocFile      = "redoc.standalone.js"
	redocCDN       = "https://cdn.jsdelivr.net/npm/redoc@2.5.4/bundles/" + redocFile
	redocIntegrity = "sha384-w447zOpYfw/1Tv/5AK9NfHTlQIqE3RVR6KY62jCyy9zNDgO64cMwGGP1Fj0zJVf5"
)

const (
	policySwagger = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	policyRedoc = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// Mount adds the pages to the mux. They show the document at the path spec.
func Mount(mux *http.ServeMux, spec string) {
	swagger := page{Spec: spec}
	mux.Handle("GET /docs", swagger.handler("swagger.html", policySwagger))
	mux.Handle("GET /docs/init.js", swagger.handler("init.js", policySwagger))
	for _, name := range []string{"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"} {
		mux.Handle("GET /docs/"+name, packed(name))
	}
	mux.Handle("GET /docs/favicon-32x32.png", plain(static.FS, "favicon-32x32.png"))

	redoc, policy := page{Spec: spec, Script: redocCDN, Integrity: redocIntegrity}, policyRedoc
	if _, err := assets.ReadFile("assets/" + redocFile); err == nil {
		redoc.Script, redoc.Integrity = "/redoc/"+redocFile, ""
		mux.Handle("GET "+redoc.Script, plain(assets, "assets/"+redocFile))
	} else {
		policy = strings.Replace(policy, "script-src 'self'", "script-src "+redocCDN, 1)
	}
	mux.Handle("GET /redoc", redoc.handler("redoc.html", policy))
}

// page is what the templates are filled with.
type page struct {
	Spec      string
	Script    string
	Integrity string // empty for our own script
}

func (p page) handler(name, policy string) http.Handler {
	var body bytes.Buffer
	if err := template.Must(template.ParseFS(pages, "pages/"+name)).Execute(&body, p); err != nil {
		panic(err) // the templates are part of the program
	}
	kind := mime.TypeByExtension(path.Ext(name))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		// The client may have gone; there is nobody left to tell.
		_, _ = w.Write(body.Bytes())
	})
}

// packed serves a file that is kept compressed, as it is to all who take it so.
func packed(name string) http.Handler {
	data := mustRead(static.FS, name+".gz")
	kind := mime.TypeByExtension(path.Ext(name))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(data)
			return
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			panic(err) // the file is part of the program
		}
		_, _ = io.Copy(w, unpacked)
	})
}

func plain(fs embed.FS, name string) http.Handler {
	data := mustRead(fs, name)
	kind := mime.TypeByExtension(path.Ext(name))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(data)
	})
}

func mustRead(fs embed.FS, name string) []byte {
	data, err := fs.ReadFile(name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return data
}
