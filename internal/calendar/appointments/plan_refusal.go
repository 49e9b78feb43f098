package appointments

import (
	"reserva/internal/calendar/availability"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/fault"
)

// refusal turns the engine's reasons into a fault that names the next free starts.
func (p *plan) refusal(verdict slots.Plan, legs []slots.Leg) error {
	reasons := verdict.Reasons()
	if len(reasons) == 0 {
		return ErrSlotTaken
	}
	last := len(verdict.Lines) - 1 // the one that is refused
	leg, at := legs[last], verdict.Lines[last].Start
	board := p.diary.Board(0, p.booking.services()...)
	var refused *fault.Error
	switch first := reasons[0]; first {
	case slots.OffRaster:
		return ErrRaster.WithField(p.booking.timeField(), ErrRaster.Message, "value_error")
	case slots.RepeatedTime, slots.Past:
		return ErrPast
	case slots.OutsideWindow:
		return ErrOutsideWindow
	case slots.Closed, slots.OutsideHours:
		if refused = ErrOutsideHours; board.PastMidnight(p.start, leg, at) {
			refused = refused.With("%s", availability.PastMidnight)
		}
	case slots.ServiceNotOffered:
		if len(leg.Members) == 0 {
			return availability.ErrServiceNotOffered.With("%s", p.diary.Nobody(p.booking.Lines[last].Service).Message)
		}
		return availability.ErrServiceNotOffered
	default:
		refused = ErrSlotTaken.With("%s", inTheWay(first)).WithExtra(map[string]any{"reason": first.String()})
		if lacks := missing(verdict); len(lacks) > 0 {
			refused = refused.WithExtra(map[string]any{"missing_resources": lacks})
		}
		if first == slots.CapacityFull {
			refused = refused.WithExtra(map[string]any{"available_capacity": 0, "max_capacity": board.MaxSeats(leg, at)})
		}
	}
	if p.booking.keepsTime {
		return refused
	}
	next := []string{}
	for _, t := range p.diary.Next(legs, p.booking.services(), p.start, 3) {
		next = append(next, t.In(p.diary.Location).Format("15:04"))
	}
	return refused.WithExtra(map[string]any{"next_available": next})
}

// inTheWay says for people why nobody can be had at a time.
func inTheWay(r slots.Reason) string {
	switch r {
	case slots.NotWorking:
		return "Nobody who gives this service works at that time."
	case slots.OnVacation, slots.Blocked, slots.OnBreak:
		return "The staff member is away at that time."
	case slots.NotEnoughStaff:
		return "Not enough staff members are free at that time."
	case slots.NoResource:
		return "A room, chair or machine that the service needs is not free at that time."
	case slots.CapacityFull:
		return "All places at that time are taken."
	}
	return ErrSlotTaken.Message
}
