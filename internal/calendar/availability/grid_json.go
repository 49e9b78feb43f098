package availability

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"

	"reserva/internal/api"
)

// encode returns the body that the grid is answered as, just as encoding/json writes it. A month has a thousand starts
// and more: written without reflection they take a fifth of the time.
func (g *Grid) encode() ([]byte, error) {
	bare := *g
	bare.AvailabilityGrid = nil
	text, err := api.EncodeJSON(&bare)
	if err != nil {
		return nil, err
	}
	// A quotation mark inside a name is escaped, so that no name can hold this.
	before, after, found := bytes.Cut(text, []byte(`"availability_grid":null`))
	if !found {
		return nil, errors.New("availability: the grid's dates have no place in its JSON")
	}
	const perSlot = len(`{"start_time":"10:00","end_time":"10:00","is_available":false,"available_capacity":50,"max_capacity":50,"reason":"booking_conflict"},`)
	size := len(text)
	for _, day := range g.AvailabilityGrid {
		size += len(`"2006-01-02":[],`) + len(day)*perSlot
	}
	out := append(make([]byte, 0, size), before...)
	out = append(out, `"availability_grid":{`...)
	for i, date := range slices.Sorted(maps.Keys(g.AvailabilityGrid)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), date...), `":[`...)
		for j := range g.AvailabilityGrid[date] {
			if j > 0 {
				out = append(out, ',')
			}
			if out, err = g.AvailabilityGrid[date][j].appendJSON(out); err != nil {
				return nil, err
			}
		}
		out = append(out, ']')
	}
	return append(append(out, '}'), after...), nil
}

// appendJSON appends the slot. Its texts are clocks and the words of slots.Reason, which need no escaping.
func (s *GridSlot) appendJSON(out []byte) ([]byte, error) {
	var err error
	out = append(out, `{"start_time":"`...)
	if out, err = s.StartTime.AppendText(out); err != nil {
		return nil, err
	}
	out = append(out, `","end_time":"`...)
	if out, err = s.EndTime.AppendText(out); err != nil {
		return nil, err
	}
	out = append(out, `","is_available":`...)
	out = strconv.AppendBool(out, s.IsAvailable)
	out = append(out, `,"available_capacity":`...)
	out = strconv.AppendInt(out, int64(s.AvailableCapacity), 10)
	out = append(out, `,"max_capacity":`...)
	out = strconv.AppendInt(out, int64(s.MaxCapacity), 10)
	if s.Reason != "" {
		out = append(append(append(out, `,"reason":"`...), s.Reason...), '"')
	}
	return append(out, '}'), nil
}
