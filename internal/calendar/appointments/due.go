package appointments

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
)

// ErrTooEarly refuses to write down what cannot have happened yet. The answer says
// from when on it can be.
var ErrTooEarly = fault.New(fault.Conflict, "appointment.too_early", "The time of the visit has not come yet.")

// A visit begins on its own day: whoever comes early is served early, and a visit
// of next week was not meant. Nobody is absent before they are expected, and what
// was not begun is not over before its time. There is no last moment: the desk may
// write down on Monday what became of Saturday.

// tooEarlyToStart refuses to begin a visit before its date at the outlet.
func (c *change) tooEarlyToStart() error {
	loc, err := civil.Zone(c.row.Timezone)
	if err != nil {
		return err
	}
	return c.notBefore(civil.Of(c.row.StartsAt, loc).Start(loc), "A visit can be started on its own day.")
}

func (c *change) notBefore(due time.Time, text string) error {
	if c.tx.Now().Before(due) {
		return ErrTooEarly.With("%s", text).WithExtra(map[string]any{"possible_from": due.UTC().Format(time.RFC3339)})
	}
	return nil
}
