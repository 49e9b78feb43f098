package appointments

import (
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/db"
)

// claim is a subject, and when a new session takes it.
type claim struct {
	key   int64
	spans []slots.Span
}

// claims are the subjects that the session of a line takes: its members while they are
// needed, and its resources from beginning to end.
func (l *planLine) claims() []claim {
	claims := make([]claim, 0, len(l.keys)+len(l.resources))
	for _, key := range l.keys {
		claims = append(claims, claim{key, l.spans})
	}
	if len(l.resources) > 0 {
		whole := []slots.Span{{From: l.start, To: l.start.Add(l.blocks())}}
		for _, key := range l.resources {
			claims = append(claims, claim{key, whole})
		}
	}
	return claims
}

// resourcesStillThere queues a last look at the units that the booking takes. Our
// occupancies hold their subjects by now, so whoever takes one out of use either waits
// for us or is seen here.
func (p *plan) resourcesStillThere(tx *db.Tx) {
	var keys []int64
	for i := range p.lines {
		l := &p.lines[i]
		if l.joins {
			continue
		}
		keys = append(keys, l.resources...)
		if l.service.Shape().Kind != "" {
			keys = append(keys, l.keys...)
		}
	}
	if len(keys) == 0 {
		return
	}
	tx.Expect(1, "booking_basis", `
		SELECT 1 WHERE NOT EXISTS (
			SELECT 1
			FROM resource_units u
			JOIN resources r ON r.tenant_id = $1 AND r.id = u.resource_id
			WHERE u.tenant_id = $1 AND u.subject_key = ANY($2) AND (u.retired_at IS NOT NULL OR NOT r.is_active OR r.deleted_at IS NOT NULL))`,
		tx.Tenant(), keys)
}

// missing are the kinds of resources that a refused booking lacks.
func missing(verdict slots.Plan) []string {
	if len(verdict.Lines) == 0 {
		return nil
	}
	return verdict.Lines[len(verdict.Lines)-1].Missing
}
