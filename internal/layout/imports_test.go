package layout

import (
	"strings"
	"testing"
)

// order is the stack of wings: a package imports what stands above it in this list,
// and what stands in the same line. A line covers the packages below its own.
var order = [][]string{
	{"kit/id"},
	{"kit/civil"},
	{"kit/money"},
	{"kit/fault"},
	{"kit/db"},
	{"kit"},
	{"access"},
	{"audit"},
	{"api"},
	{"business/auditlog"}, // shows what audit keeps, which stands below api; nothing else needs it
	{"business/tenants"},
	{"business/subscriptions"},
	{"business/outlets"},
	{"people/keyring", "people/logins", "people/signin"},
	{"people/users"},
	{"people/customers"},
	{"catalog/services"},
	{"catalog/resources"},
	{"catalog/packages"},
	{"calendar/slots"},
	{"calendar/staff"},
	{"calendar/availability"},
	{"calendar/appointments"},
	{"calendar/waitlist"},
	{"billing/paperid"},
	{"billing/maya"},
	{"billing/ledger"},
	{"billing/fees"},
	{"billing/invoices"},
	{"billing/payments"},
	{"billing/history"},
	{"billing/refunds"},
	{"billing/visitfees"},
	{"billing/packagesales"},
	{"billing/withdrawals"},
	{"billing/webhooks"},
	{"engage/notifications"},
	{"engage/feeds"},
	{"engage/hooks"},
	{"engage/loyalty"},
	{"engage/reviews"},
	{"engage/reports"},
	{"engage/tokenusage"},
	{"guestapi"},
	{"web"},
	{"config"},
	{"app"},
	{"cmd"},
	{"layout", "testkit", "storm", "proof"},
}

// position is the line of the longest name that covers the package, -1 for none.
func position(pkg string) int {
	found, length := -1, 0
	for i, line := range order {
		for _, name := range line {
			if under(pkg, name) && len(name) > length {
				found, length = i, len(name)
			}
		}
	}
	return found
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		from := position(f.pkg)
		if from < 0 {
			t.Errorf("%s: package %s has no place in the order of imports", f.path, f.pkg)
			continue
		}
		for _, imported := range f.imports() {
			pkg, ours := strings.CutPrefix(imported, module+"/internal/")
			if !ours {
				continue
			}
			if position(pkg) > from {
				t.Errorf("%s: %s stands below %s and may not import it; publish an event or declare an interface", f.path, f.pkg, pkg)
			}
			if under(pkg, "testkit") && !under(f.pkg, "testkit") {
				t.Errorf("%s: only tests import testkit", f.path)
			}
		}
	}
}

// confined names who may import what, besides tests.
var confined = []struct {
	imported string
	by       []string
}{
	// pgserver asks a server whether it is up, jobs hands transactions to the queue's library.
	{"github.com/jackc/pgx", []string{"kit/db", "kit/pgserver", "kit/jobs", "testkit", "app/bench"}},
	{"github.com/jackc/pgx/v5/pgxpool", []string{"kit/db", "testkit", "app/bench"}},
	{"database/sql", []string{"kit/db"}},
	{"database/sql/driver", []string{"kit"}}, // the interfaces by which values are stored
	{"github.com/pressly/goose", []string{"kit/db"}},
	{"github.com/riverqueue/river", []string{"kit/db", "kit/jobs"}},
	{"github.com/danielgtaylor/huma", []string{"api"}},
	{"github.com/golang-jwt", []string{"kit/token"}},
	{"github.com/wneessen/go-mail", []string{"kit/mail"}},
	{"github.com/nyaruka/phonenumbers", []string{"kit/phone"}},
	{"github.com/go-text/typesetting", []string{"kit/pdf"}},
	{"codeberg.org/go-fonts", []string{"kit/pdf"}},
	{"rsc.io/qr", []string{"kit/pdf"}},
	{"github.com/arran4/golang-ical", []string{}}, // reads in tests what kit/ical writes
	{"github.com/alecthomas/kong", []string{"config", "cmd"}},
	{"math/rand", []string{}}, // its second version is better at everything
	{"unsafe", []string{}},
	{"C", []string{}},
}

func TestConfinedImports(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, imported := range f.imports() {
			if !mayImport(f.pkg, imported) {
				t.Errorf("%s: %s may not import %s", f.path, f.pkg, imported)
			}
		}
	}
}

// mayImport goes by the longest path that covers the import.
func mayImport(pkg, imported string) bool {
	allowed, length := true, 0
	for _, rule := range confined {
		exact := rule.imported == "database/sql" || rule.imported == "math/rand"
		if !(imported == rule.imported || !exact && under(imported, rule.imported)) || len(rule.imported) < length {
			continue
		}
		allowed, length = false, len(rule.imported)
		for _, dir := range rule.by {
			allowed = allowed || under(pkg, dir)
		}
	}
	return allowed
}
