package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"reserva/internal/config"
)

// The table of events in the architecture page says who subscribes to what.
func TestTableOfEvents(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("`([a-z_.]+)`")
	subscribers := map[string]string{} // of each event, in the words of the table
	for row := range strings.Lines(string(page)) {
		cells := strings.Split(row, "|")
		if len(cells) != 5 {
			continue
		}
		for _, event := range name.FindAllStringSubmatch(cells[1], -1) {
			subscribers[event[1]] = cells[3]
		}
	}
	a := build(t, config.Flags{})
	kept := map[string]bool{}
	for _, job := range a.Jobs.Names() {
		event, subscriber, _ := strings.Cut(job, "/")
		kept[event+"/"+subscriber] = true
		if !strings.Contains(subscribers[event], "`"+subscriber+"`") {
			t.Errorf("docs/ARCHITECTURE.md does not say that %s subscribes to %s", subscriber, event)
		}
	}
	for event, cell := range subscribers {
		for _, subscriber := range name.FindAllStringSubmatch(cell, -1) {
			if strings.Contains(event, ".") && !kept[event+"/"+subscriber[1]] {
				t.Errorf("docs/ARCHITECTURE.md says that %s subscribes to %s, and nobody does", subscriber[1], event)
			}
		}
	}
}
