package availability

import (
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Queue queues the reads of a Diary; after the transaction's next Flush, Build
// makes it usable.
func Queue(tx *db.Tx, ask Ask) *Diary {
	d := &Diary{ask: ask, now: tx.Now(), entries: map[id.ID][]entryRow{}, scratch: newScratch()}
	d.queueOutlet(tx)
	d.services = queueServices(tx, ask)
	d.queueStaff(tx)
	d.queueOccupancies(tx)
	d.queueWithout(tx)
	return d
}

func queueServices(tx *db.Tx, ask Ask) *db.Results[Service] {
	if ask.Audience == Guest {
		return db.QueueAll[Service](tx, servicesSQL+staffedColumn+servicesFrom, tx.Tenant(), texts(ask.Services), ask.Outlet)
	}
	return db.QueueAll[Service](tx, servicesSQL+`true`+servicesFrom, tx.Tenant(), texts(ask.Services), ask.Outlet)
}

const (
	servicesSQL = `
		SELECT s.id, s.name, s.category, s.slug, s.duration_minutes, s.preparation_minutes, s.cleanup_minutes, s.processing_gaps,
			s.max_advance_booking_days, s.min_advance_booking_hours, s.requires_staff, s.required_staff_count,
			s.allow_parallel_bookings, s.max_parallel_bookings,
			s.base_price, s.currency, s.promotional_price, s.promotional_valid_until, p.price AS outlet_price,
			s.is_active AND s.status = 'active' AS active,
			(NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id)
				OR EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id AND so.outlet_id = $3)) AS offered,
			u.subject_key AS unit_key, s.required_resources, ` + unitsColumn + ` AS resource_units, s.terms, `
	servicesFrom = ` AS staffed
		FROM services s
		LEFT JOIN service_outlet_prices p ON p.tenant_id = $1 AND p.service_id = s.id AND p.outlet_id = $3
		LEFT JOIN service_units u ON u.tenant_id = $1 AND u.service_id = s.id AND u.outlet_id = $3
		WHERE s.tenant_id = $1 AND s.id = ANY($2) AND s.deleted_at IS NULL`
	// staffedColumn tells whether anybody at the outlet gives the service.
	staffedColumn = `EXISTS (
				SELECT 1
				FROM staff_services ss
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = ss.staff_id AND so.outlet_id = $3
				JOIN staff m ON m.tenant_id = $1 AND m.id = ss.staff_id AND m.deleted_at IS NULL
				WHERE ss.tenant_id = $1 AND ss.service_id = s.id)`
)

func texts(ids []id.ID) []string {
	out := make([]string, len(ids))
	for i, v := range ids {
		out[i] = string(v)
	}
	return out
}
