package availability

import (
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// ChangedEvent is published when entries of a staff member were added, changed or
// removed, on dates from the first to the last: time may be free that was not.
type ChangedEvent struct {
	StaffID id.ID      `json:"staff_id"`
	From    civil.Date `json:"from"`
	To      civil.Date `json:"to"`
}

// EventName is stored with jobs.
func (ChangedEvent) EventName() string { return "availability.changed" }

// publishChanged publishes what was changed of a staff member, if anything was.
func publishChanged(tx *db.Tx, staff id.ID, changed ...[]entry) {
	e := ChangedEvent{StaffID: staff}
	for _, entries := range changed {
		for i := range entries {
			date := entries[i].Date
			if e.From.IsZero() || date.Before(e.From) {
				e.From = date
			}
			if date.After(e.To) {
				e.To = date
			}
		}
	}
	if !e.From.IsZero() {
		jobs.Publish(tx, e)
	}
}
