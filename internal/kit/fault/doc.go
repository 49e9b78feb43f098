// Package fault is the one shape in which an operation refuses.
//
// A fault is declared as a package variable beside the rule that it states:
//
//	var ErrSlotTaken = fault.New(fault.Conflict, "appointment.slot_taken", "That time is no longer free.")
//
// and returned as it is, or as a copy with detail added:
//
//	return ErrSlotTaken.WithExtra(map[string]any{"next_free": starts})
//
// The code is the identity: errors.Is(err, ErrSlotTaken) holds for every copy.
// Code and message are part of the public interface, so both are stable and
// neither ever contains the value that was refused, which may be a password or
// somebody's address. What helps an operator goes into the cause: it is logged
// and never sent.
//
// Anything that is not a fault is a defect or an outage; the HTTP edge answers
// it with 500 and a fixed text.
package fault
