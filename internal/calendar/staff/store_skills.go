package staff

import (
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// replaceSkills queues what a staff member can be booked for.
func replaceSkills(tx *db.Tx, member id.ID, skills []skill) {
	services := make([]id.ID, len(skills))
	levels, durations, prices, currencies := make([]*string, len(skills)), make([]*int, len(skills)), make([]*int64, len(skills)), make([]*string, len(skills))
	for i, s := range skills {
		services[i], levels[i], durations[i], prices[i] = s.ServiceID, s.Level, s.Duration, s.Price
		if s.Currency != nil {
			currency := string(*s.Currency)
			currencies[i] = &currency
		}
	}
	tx.Exec(`
		DELETE FROM staff_services
		WHERE tenant_id = $1 AND staff_id = $2 AND NOT service_id = ANY ($3)
			AND service_id IN (SELECT v.id FROM services v WHERE v.tenant_id = $1 AND v.deleted_at IS NULL)`, tx.Tenant(), member, services)
	tx.Exec(`
		INSERT INTO staff_services (tenant_id, staff_id, service_id, level, duration_minutes, price, currency)
		SELECT $1, $2, s.id, s.level, s.duration, s.price, s.currency
		FROM unnest($3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[]) AS s (id, level, duration, price, currency)
		ON CONFLICT (tenant_id, staff_id, service_id) DO UPDATE
		SET level = excluded.level, duration_minutes = excluded.duration_minutes, price = excluded.price, currency = excluded.currency`,
		tx.Tenant(), member, services, levels, durations, prices, currencies)
}
