package audit_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type entry struct {
	ActorKind, Action, ObjectKind, ObjectID, Address, RequestID string
	ActorID                                                     *string
	Old, New                                                    map[string]any
}

func newTenant(t *testing.T, d *db.DB) id.ID {
	t.Helper()
	tenant := id.New()
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		tx.Exec(`
			INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ($1, $2, 'Salon', 'a@b.co', '1', $3, $3)`, tenant, "salon-"+string(tenant), tx.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func entries(t *testing.T, tenant id.ID) []entry {
	t.Helper()
	rows, err := testkit.Superuser(t).Query(t.Context(), `
		SELECT actor_kind, actor_id, action, object_kind, object_id, old, new, address, request_id
		FROM audit_log
		WHERE tenant_id = $1
		ORDER BY id`, tenant)
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	for rows.Next() {
		var e entry
		var old, new []byte
		if err := rows.Scan(&e.ActorKind, &e.ActorID, &e.Action, &e.ObjectKind, &e.ObjectID, &old, &new, &e.Address, &e.RequestID); err != nil {
			t.Fatal(err)
		}
		for raw, into := range map[*[]byte]*map[string]any{&old: &e.Old, &new: &e.New} {
			if *raw == nil {
				continue
			}
			if err := json.Unmarshal(*raw, into); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRecord(t *testing.T) {
	d := testkit.DB(t)
	tenant, user, outlet := newTenant(t, d), id.New(), id.New()
	type view struct {
		Name string `json:"name"`
	}
	staff := access.Staff{UserID: user, Tenant: tenant, Origin: access.Origin{
		Address: netip.MustParseAddr("2001:db8::7"), RequestID: "r1",
	}}
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		audit.Record(tx, staff, "outlet.created", "outlet", outlet, nil, view{"North"})
		audit.Record(tx, access.System{Job: "tidy"}, "outlet.closed", "outlet", outlet, view{"North"}, nil)
		audit.Record(tx, access.Visitor{}, "outlet.seen", "outlet", outlet, nil, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := string(user)
	want := []entry{
		{ActorKind: "staff", ActorID: &actor, Action: "outlet.created", ObjectKind: "outlet", ObjectID: string(outlet),
			Address: "2001:db8::7", RequestID: "r1", New: map[string]any{"name": "North"}},
		{ActorKind: "system", Action: "outlet.closed", ObjectKind: "outlet", ObjectID: string(outlet), Old: map[string]any{"name": "North"}},
		{ActorKind: "visitor", Action: "outlet.seen", ObjectKind: "outlet", ObjectID: string(outlet)},
	}
	if diff := cmp.Diff(want, entries(t, tenant)); diff != "" {
		t.Error(diff)
	}
}

// Who may ask to be forgotten is not known again by an address.
func TestAddressesOfCustomersAreNetworks(t *testing.T) {
	d := testkit.DB(t)
	for _, c := range []struct{ address, staff, network string }{
		{"203.0.113.77", "203.0.113.77", "203.0.113.0/24"},
		{"::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
		{"fe80::1%eth0", "fe80::1", "fe80::/48"},
	} {
		tenant := newTenant(t, d)
		origin := access.Origin{Address: netip.MustParseAddr(c.address)}
		err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
			for _, who := range []access.Actor{access.Staff{UserID: id.New(), Origin: origin}, access.Customer{ID: id.New(), Origin: origin}, access.Visitor{Origin: origin}} {
				audit.Record(tx, who, "a", "thing", id.New(), nil, nil)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries(t, tenant) {
			got = append(got, e.Address)
		}
		if diff := cmp.Diff([]string{c.staff, c.network, c.network}, got); diff != "" {
			t.Errorf("%s: %s", c.address, diff)
		}
	}
}

func TestRecordGoesWithItsTransaction(t *testing.T) {
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		audit.Record(tx, access.System{}, "outlet.created", "outlet", id.New(), nil, nil)
		return context.Canceled
	})
	if err == nil {
		t.Fatal("the transaction must fail")
	}
	if list := entries(t, tenant); len(list) != 0 {
		t.Errorf("entries of a change that did not happen: %v", list)
	}
}

// Readers find an object or nothing, whatever was given.
func TestRecordMakesObjects(t *testing.T) {
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	var none *struct{}
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		audit.Record(tx, access.System{}, "a", "thing", id.New(), none, []int{1})
		audit.Record(tx, access.System{}, "b", "thing", id.New(), map[string]any(nil), "text")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for _, e := range entries(t, tenant) {
		got = append(got, e.Old, e.New)
	}
	want := []map[string]any{nil, {"value": []any{1.0}}, nil, {"value": "text"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRecordInFromThePlatform(t *testing.T) {
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	err := d.Platform(t.Context(), "test", func(tx *db.Tx) error {
		audit.RecordIn(tx, tenant, access.System{}, "plan.set", "subscription", id.New(), nil, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if list := entries(t, tenant); len(list) != 1 {
		t.Errorf("%d entries, want 1", len(list))
	}
}
