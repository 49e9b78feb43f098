package audit

import (
	"encoding/json"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// The entry and its place among those that wait for a seal go together.
const insertSQL = `
	WITH written AS (
		INSERT INTO audit_log (tenant_id, at, actor_kind, actor_id, action, object_kind, object_id, old, new, address, request_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		RETURNING tenant_id, id
	)
	INSERT INTO audit_unsealed (tenant_id, entry)
	SELECT tenant_id, id
	FROM written`

// Record queues one entry about an object of the transaction's tenant. The
// action is a dotted name such as "outlet.created". Old and new are written as
// JSON objects; nil where the object did not exist before, or does not afterwards.
func Record(tx *db.Tx, who access.Actor, action, objectKind string, object id.ID, old, new any) {
	RecordIn(tx, tx.Tenant(), who, action, objectKind, object, old, new)
}

// RecordIn is Record for a platform transaction, which belongs to no tenant.
func RecordIn(tx *db.Tx, tenant id.ID, who access.Actor, action, objectKind string, object id.ID, old, new any) {
	tx.Exec(insertSQL, tenant, tx.Now(), string(who.ActorKind()), actorID(who), action, objectKind, string(object),
		asJSON(action, old), asJSON(action, new), addressOf(who), who.ActorOrigin().RequestID)
}

// The bits of an address that are kept of people who may ask to be forgotten: enough
// to see a network, and not a person.
const (
	networkBits4 = 24
	networkBits6 = 48
)

// addressOf is where a change came from: the address of a user of the business, and
// only the network of a customer or of anybody who may be one.
func addressOf(who access.Actor) string {
	address := who.ActorOrigin().Address.Unmap().WithZone("")
	switch {
	case !address.IsValid():
		return ""
	case who.ActorKind() == access.ActorStaff:
		return address.String()
	}
	bits := networkBits6
	if address.Is4() {
		bits = networkBits4
	}
	network, err := address.Prefix(bits)
	if err != nil {
		panic(err) // there are that many bits
	}
	return network.String()
}

// actorID is null for those who have no row to point to: visitors and the server.
func actorID(who access.Actor) *string {
	name := who.ActorID()
	if name == "" || who.ActorKind() == access.ActorSystem {
		return nil
	}
	return &name
}

// asJSON keeps nil as null of the column rather than of JSON, and makes an object of
// what is none. What cannot be written is a defect of the caller's type, found by its
// first test.
func asJSON(action string, value any) []byte {
	if value == nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("audit: %s cannot be written: %v", action, err))
	}
	if string(text) == "null" {
		return nil
	}
	if text[0] != '{' {
		return append(append([]byte(`{"value":`), text...), '}')
	}
	return text
}
