package bench

import (
	"log/slog"
	"strings"
	"testing"
)

// What is not there is refused before anything is started, with the names of what is.
func TestUnknownStep(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), Options{Program: "/does/not/exist", Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Only: []string{"grid", "gird"}})
	if err == nil || !strings.Contains(err.Error(), `"gird"`) || !strings.Contains(err.Error(), "grid, growth, calendar") {
		t.Errorf("answered %v", err)
	}
}
