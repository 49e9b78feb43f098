package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"reserva/internal/api"
)

const probeTimeout = 2 * time.Second

// health is the body of both probes.
type health struct {
	Status  string   `json:"status"`
	Reasons []string `json:"reasons,omitempty"`
}

// mountHealth tells an orchestrator whether the process lives, and whether it
// should get requests.
func (a *App) mountHealth() {
	probe := func(path string, h http.HandlerFunc) { a.Mux.Handle("GET "+path, api.Quietly(h)) }
	probe("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusOK, health{Status: "ok"})
	})
	probe("/readyz", func(w http.ResponseWriter, r *http.Request) {
		if reasons := a.unready(r.Context()); len(reasons) > 0 {
			writeHealth(w, http.StatusServiceUnavailable, health{Status: "not ready", Reasons: reasons})
			return
		}
		writeHealth(w, http.StatusOK, health{Status: "ready"})
	})
}

// unready says why requests would fail. What exactly happened is for the log:
// anybody may ask.
func (a *App) unready(ctx context.Context) []string {
	if r := a.running; r != nil && r.stopping.Load() {
		return []string{"the server is stopping"}
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if err := a.DB.Ping(ctx); err != nil {
		a.Log.WarnContext(ctx, "not ready", "error", err)
		return []string{"the database does not answer"}
	}
	pending, err := a.DB.Pending(ctx)
	if err != nil {
		a.Log.WarnContext(ctx, "not ready", "error", err)
		return []string{"the database does not tell its version"}
	}
	if pending > 0 {
		return []string{fmt.Sprintf("%d migrations are pending", pending)}
	}
	return nil
}

func writeHealth(w http.ResponseWriter, status int, body health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
