package auditlog_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// history is a tenant whose second outlet was opened, renamed and deleted, five
// minutes between.
type history struct {
	*testkit.World
	*testkit.Tenant
	outlet                   string
	opened, renamed, deleted time.Time
}

func newHistory(t *testing.T) history {
	t.Helper()
	w := world.New(t)
	h := history{World: w, Tenant: w.Tenant().Plan("PRO")}
	h.Outlet()
	w.Advance(5 * time.Minute)
	h.opened = w.Clock.Now()
	h.outlet = string(h.Outlet(testkit.Object{"name": "North"}).ID)
	w.Advance(5 * time.Minute)
	h.renamed = w.Clock.Now()
	w.JSON(h.Admin, "PUT", "/outlets/"+h.outlet, testkit.Object{"name": "South"})
	w.Advance(5 * time.Minute)
	h.deleted = w.Clock.Now()
	w.JSON(h.Admin, "DELETE", "/outlets/"+h.outlet, nil)
	return h
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func TestList(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	list := func(query string) testkit.Answer {
		return h.JSON(h.Admin, "GET", "/audit-logs?"+query, nil)
	}
	actions := func(a testkit.Answer) string {
		var all []string
		for i := range a.Len("items") {
			all = append(all, a.Text(fmt.Sprintf("items.%d.action", i)))
		}
		return strings.Join(all, " ")
	}
	about := "object_id=" + h.outlet
	for query, want := range map[string]string{
		about:                                       "outlet.deleted outlet.updated outlet.created",
		about + "&size=2":                           "outlet.deleted outlet.updated",
		about + "&size=2&page=2":                    "outlet.created",
		about + "&size=2&page=3":                    "",
		about + "&action=outlet.updated":            "outlet.updated",
		about + "&object_kind=staff":                "",
		about + "&actor=" + string(h.User):          "outlet.deleted outlet.updated outlet.created",
		about + "&actor=" + string(id.New()):        "",
		about + "&from=" + stamp(h.renamed):         "outlet.deleted outlet.updated",
		about + "&to=" + stamp(h.renamed):           "outlet.created",
		"action=outlet.created":                     "outlet.created outlet.created",
		"action=tenant.registered":                  "tenant.registered",
		"object_kind=outlet&to=" + stamp(h.opened):  "outlet.created",
		"object_id=" + string(id.New()):             "",
		"from=" + stamp(h.deleted.Add(time.Second)): "",
	} {
		if got := actions(list(query)); got != want {
			t.Errorf("%s: %s; want %s", query, got, want)
		}
	}
	second := list(about + "&size=2&page=2")
	if second.Text("total") != "3" || second.Text("pages") != "2" {
		t.Errorf("the page says %s", second.Body)
	}
	testkit.Scenario{
		As: h.Admin, Method: "GET", Path: "/audit-logs?action=outlet.updated", Status: 200,
		Want: fmt.Sprintf(`{"items":[{"id":"*","at":%q,"actor":{"kind":"staff","id":%q,"name":"*"},"object_kind":"outlet","object_id":%q,
			"old":{"name":"North"},"new":{"name":"South"},"address":"192.0.2.1","request_id":"*"}]}`, stamp(h.renamed), h.User, h.outlet),
	}.Run(t, h.World)
}

func TestObjectAt(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	path := "/audit-logs/objects/" + h.outlet + "?at="
	testkit.Run(t, h.World,
		testkit.Scenario{Name: "before it was", As: h.Admin, Method: "GET", Path: path + stamp(h.opened.Add(-time.Microsecond)), Status: 404,
			Want: `{"code":"audit.object_not_found"}`},
		testkit.Scenario{Name: "as it began", As: h.Admin, Method: "GET", Path: path + stamp(h.opened), Status: 200,
			Want: `{"object_kind":"outlet","exists":true,"state":{"name":"North","settings":{"timezone":"Asia/Jakarta"}},"last":{"action":"outlet.created"}}`},
		testkit.Scenario{Name: "a moment before the change", As: h.Admin, Method: "GET", Path: path + stamp(h.renamed.Add(-time.Microsecond)), Status: 200,
			Want: `{"exists":true,"state":{"name":"North"}}`},
		testkit.Scenario{Name: "changed", As: h.Admin, Method: "GET", Path: path + stamp(h.renamed), Status: 200,
			Want: `{"exists":true,"state":{"name":"South"},"last":{"action":"outlet.updated"}}`},
		testkit.Scenario{Name: "deleted", As: h.Admin, Method: "GET", Path: path + stamp(h.deleted), Status: 200,
			Want: fmt.Sprintf(`{"exists":false,"deleted_at":%q,"last":{"action":"outlet.deleted","old":{"name":"South"}}}`, stamp(h.deleted))},
		testkit.Scenario{Name: "now", As: h.Admin, Method: "GET", Path: "/audit-logs/objects/" + h.outlet, Status: 200, Want: `{"exists":false}`,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("state") {
					t.Errorf("a state of what is deleted: %s", a.Body)
				}
			}},
		testkit.Scenario{Name: "under another kind", As: h.Admin, Method: "GET", Path: path + stamp(h.renamed) + "&object_kind=staff", Status: 404},
		testkit.Scenario{Name: "of nothing", As: h.Admin, Method: "GET", Path: "/audit-logs/objects/" + string(id.New()), Status: 404,
			Want: `{"code":"audit.object_not_found"}`},
		testkit.Scenario{Name: "no id", As: h.Admin, Method: "GET", Path: "/audit-logs/objects/nonsense", Status: 404},
	)
}

// A change that waited for another's lock began before it and was written after.
func TestOrderOfChangesGoesByTheirWriting(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	object := id.New()
	for i, ago := range []int{10, 20} { // the second began first
		h.Exec(`INSERT INTO audit_log (tenant_id, at, actor_kind, action, object_kind, object_id, new) VALUES ($1, $2, 'system', 'x', 'thing', $3, $4)`,
			h.ID, h.Clock.Now().Add(-time.Duration(ago)*time.Second), object, fmt.Sprintf(`{"n":%d}`, i+1))
	}
	testkit.Scenario{As: h.Admin, Method: "GET", Path: "/audit-logs/objects/" + string(object), Status: 200, Want: `{"state":{"n":2}}`}.Run(t, h.World)
}

func TestEntryAndHead(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	entries := h.JSON(h.Admin, "GET", "/audit-logs", nil)
	total, entry := entries.Text("total"), "/audit-logs/"+entries.Text("items.0.id")
	none := h.JSON(h.Admin, "GET", "/audit-logs/head", nil)
	if none.Text("seals") != "0" || none.Text("waiting") != total || none.Has("digest") || h.JSON(h.Admin, "GET", entry, nil).Has("seal") {
		t.Errorf("nothing is sealed yet: %s", none.Body)
	}
	h.Every("audit.seal")
	head := h.JSON(h.Admin, "GET", "/audit-logs/head", nil)
	if head.Text("seals") != total || head.Text("waiting") != "0" {
		t.Errorf("of %s entries: %s", total, head.Body)
	}
	testkit.Scenario{As: h.Admin, Method: "GET", Path: entry, Status: 200,
		Want: fmt.Sprintf(`{"action":"outlet.deleted","seal":{"number":%s,"digest":%q,"sealed_at":%q}}`,
			total, head.Text("digest"), stamp(h.Clock.Now()))}.Run(t, h.World)

	anchors, err := audit.ReadAnchors(strings.NewReader(head.Text("anchor")))
	if err != nil {
		t.Fatal(err)
	}
	err = audit.Verify(t.Context(), h.DB, audit.Check{Slug: h.Slug, Anchors: anchors}, func(c audit.Chain) error {
		if digest := hex.EncodeToString(c.Head.Digest[:]); c.Wrong != nil || digest != head.Text("digest") {
			t.Errorf("verified %+v, and the head is %s", c, head.Body)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for _, path := range []string{"/audit-logs/0", "/audit-logs/nonsense", "/audit-logs/-1", "/audit-logs/99999999999999999999", strings.Replace(entry, "logs/", "logs/0", 1)} {
		testkit.Scenario{As: h.Admin, Method: "GET", Path: path, Status: 404, Want: `{"code":"audit.not_found"}`}.Run(t, h.World)
	}
}

// Another tenant's entries and objects are like none; only administrators look.
func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	entry := "/audit-logs/" + h.JSON(h.Admin, "GET", "/audit-logs", nil).Text("items.0.id")
	object := "/audit-logs/objects/" + h.outlet
	other := h.World.Tenant()
	others := other.Admin
	testkit.Run(t, h.World,
		testkit.Scenario{As: others, Method: "GET", Path: entry, Status: 404, Want: `{"code":"audit.not_found"}`},
		testkit.Scenario{As: others, Method: "GET", Path: object, Status: 404, Want: `{"code":"audit.object_not_found"}`},
		testkit.Scenario{As: others, Method: "GET", Path: "/audit-logs?object_id=" + h.outlet, Status: 200, Want: `{"items":[],"total":0}`},
		testkit.Scenario{As: h.Member(access.SuperAdmin).Token, Method: "GET", Path: entry, Status: 200},
	)
	outlet := h.Outlet()
	for _, role := range []access.Role{access.OutletManager, access.Receptionist, access.StaffRole} {
		token := h.Member(role, outlet).Token
		for _, path := range []string{"/audit-logs", "/audit-logs/head", entry, object} {
			testkit.Scenario{Name: string(role) + " " + path, As: token, Method: "GET", Path: path, Status: 403}.Run(t, h.World)
		}
	}
}
