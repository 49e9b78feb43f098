package layout

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	longestFile = 500
	longestMain = 150
)

func TestFileSizes(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		limit := longestFile
		if strings.HasSuffix(f.path, "/main.go") {
			limit = longestMain
		}
		if lines := strings.Count(f.text, "\n"); lines > limit && !f.test && !ast.IsGenerated(f.tree) {
			t.Errorf("%s has %d lines and at most %d are allowed: look for a seam", f.path, lines, limit)
		}
	}
}

// Every package says what it is for, once.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	comments := map[string]int{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		comments[f.pkg] += 0
		if f.tree.Doc != nil {
			comments[f.pkg]++
		}
	}
	for pkg, n := range comments {
		if n != 1 {
			t.Errorf("package %s has %d package comments, want one", pkg, n)
		}
	}
}

// platformCallers may open transactions over all tenants.
var platformCallers = map[string]string{
	"app/demo":               "whether the database is empty",
	"audit":                  "sealing and verifying the chains of all tenants",
	"api/replay":             "answers to repeat, of operations without a tenant too",
	"billing/fees":           "fees of plans, which are the platform's",
	"billing/ledger":         "verifying the books of all tenants",
	"billing/history":        "payments of all businesses for the platform, and counts to fold, of any tenant",
	"billing/invoices":       "invoices that fall due, of any tenant",
	"billing/payments":       "open payments that nobody called back for, of any tenant",
	"billing/withdrawals":    "withdrawals that nobody called back for or the operator pays out, and numbers to seal anew, of any tenant",
	"billing/refunds":        "refunds that the provider has under way, of any tenant",
	"billing/webhooks":       "callbacks name no tenant that could be believed",
	"business/outlets":       "the public directory, and to find the tenant of an outlet's id",
	"business/subscriptions": "the operator's change of a plan",
	"business/tenants":       "public business cards, found by slug",
	"calendar/appointments":  "holds that lapsed, of any tenant",
	"engage/hooks":           "events that are kept no more, and secrets to seal anew, of any tenant",
	"engage/notifications":   "reminders that are due, of any tenant",
	"calendar/waitlist":      "outlets where somebody waits, of any tenant",
	"catalog/services":       "public listings, found by slug",
	"guestapi":               "public requests that name a tenant by slug or host, and bookings by id alone",
	"kit/outbox":             "the operator's page of kept messages",
	"kit/ratelimit":          "callers are counted before their tenant is known",
	"people/customers":       "sign-in by slug, and over all tenants by address",
	"people/keyring":         "keys that sign tokens are the installation's",
	"people/logins":          "tidying expired tokens",
	"people/signin":          "failed sign-ins are counted by address, before any tenant is known",
	"people/users":           "registration and sign-in",
}

func TestPlatformTransactions(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test || f.pkg == "kit/db" {
			continue
		}
		f.calls(func(call *ast.CallExpr, _ ast.Expr, name string) {
			if name != "Platform" && name != "PlatformView" || len(call.Args) != 3 {
				return
			}
			if platformCallers[f.pkg] == "" {
				t.Errorf("%s: %s is not listed among those who may work over all tenants", f.line(call), f.pkg)
			}
			if reason, ok := call.Args[1].(*ast.BasicLit); !ok || reason.Value == `""` {
				t.Errorf("%s: the reason is a literal text, for the log", f.line(call))
			}
		})
	}
}

// Contexts come from the request or from main, and nothing is set going by import.
func TestNoHiddenBeginnings(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test || under(f.pkg, "testkit") {
			continue
		}
		above := under(f.pkg, "app") || under(f.pkg, "cmd")
		f.calls(func(call *ast.CallExpr, x ast.Expr, name string) {
			if isName(x, "context") && (name == "TODO" || name == "Background" && !above) {
				t.Errorf("%s: context.%s below app", f.line(call), name)
			}
		})
		for _, declaration := range f.tree.Decls {
			if fn, ok := declaration.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: func init", f.line(fn))
			}
		}
	}
}

// memos are variables that only spare a process from reading again what never changes.
var memos = []string{"kit/civil.zones"}

// A package's variables are values that nobody changes: errors, patterns, tables.
func TestNoPackageState(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test || under(f.pkg, "testkit") { // where the tests of a process share one database
			continue
		}
		for _, declaration := range f.tree.Decls {
			vars, ok := declaration.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR {
				continue
			}
			for _, spec := range vars.Specs {
				checkVariable(t, f, vars, spec.(*ast.ValueSpec))
			}
		}
	}
}

func checkVariable(t *testing.T, f file, vars *ast.GenDecl, spec *ast.ValueSpec) {
	t.Helper()
	if len(spec.Values) == 0 {
		if slices.Contains(memos, f.pkg+"."+spec.Names[0].Name) {
			return
		}
		if !strings.Contains(docText(vars.Doc)+docText(spec.Doc), "//go:embed") {
			t.Errorf("%s: %s has no value of its own, so somebody changes it", f.line(spec), spec.Names[0].Name)
		}
		return
	}
	for i, value := range spec.Values {
		if call, ok := value.(*ast.CallExpr); ok && isName(call.Fun, "make", "new") {
			t.Errorf("%s: %s is made to be changed", f.line(spec), spec.Names[i].Name)
		}
	}
	for _, name := range spec.Names {
		if name.Name != "_" && assigned(f.tree, name.Name) {
			t.Errorf("%s: %s is assigned to", f.line(spec), name.Name)
		}
	}
}

func docText(group *ast.CommentGroup) string {
	if group == nil {
		return ""
	}
	var text strings.Builder
	for _, comment := range group.List {
		text.WriteString(comment.Text)
	}
	return text.String()
}

// assigned looks in the file of the variable for an assignment to it or to a part.
func assigned(tree *ast.File, name string) bool {
	found := false
	ast.Inspect(tree, func(node ast.Node) bool {
		assignment, ok := node.(*ast.AssignStmt)
		if !ok || assignment.Tok == token.DEFINE {
			return true
		}
		for _, left := range assignment.Lhs {
			for {
				if index, ok := left.(*ast.IndexExpr); ok {
					left = index.X
					continue
				}
				break
			}
			// The parser resolves names within a file; a local of the same name has another object.
			if ident, ok := left.(*ast.Ident); ok && ident.Name == name && (ident.Obj == nil || tree.Scope.Lookup(name) == ident.Obj) {
				found = true
			}
		}
		return true
	})
	return found
}

// The HTTP library does not read what is in an embedded struct without an exported
// name: its parameters would be empty without anybody noticing.
func TestInputsAreExported(t *testing.T) {
	t.Parallel()
	all := sources(t)
	inputs := map[string]bool{} // "package.type" of structs with parameters of requests
	for _, f := range all {
		ast.Inspect(f.tree, func(node ast.Node) bool {
			if declared, ok := node.(*ast.TypeSpec); ok && hasParameters(declared.Type) {
				inputs[f.pkg+"."+declared.Name.Name] = true
			}
			return true
		})
	}
	for _, f := range all {
		ast.Inspect(f.tree, func(node ast.Node) bool {
			structure, ok := node.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range structure.Fields.List {
				name, ok := field.Type.(*ast.Ident)
				if ok && len(field.Names) == 0 && !name.IsExported() && inputs[f.pkg+"."+name.Name] {
					t.Errorf("%s: %s is embedded and not exported, so nobody reads its parameters", f.line(field), name.Name)
				}
			}
			return true
		})
	}
}

func hasParameters(declared ast.Expr) bool {
	structure, ok := declared.(*ast.StructType)
	if !ok {
		return false
	}
	for _, field := range structure.Fields.List {
		if field.Tag == nil {
			continue
		}
		for _, in := range []string{`path:"`, `query:"`, `header:"`} {
			if strings.Contains(field.Tag.Value, in) {
				return true
			}
		}
	}
	return false
}

// A test that cannot have what it needs fails.
func TestNothingIsSkipped(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if !f.test && !under(f.pkg, "testkit") {
			continue
		}
		f.calls(func(call *ast.CallExpr, x ast.Expr, name string) {
			switch {
			case isName(x, "t", "b", "f", "tb") && (name == "Skip" || name == "Skipf" || name == "SkipNow"):
				t.Errorf("%s: a skipped test proves nothing", f.line(call))
			case isName(x, "testing") && name == "Short":
				t.Errorf("%s: there is one size of test run", f.line(call))
			}
		})
	}
}

var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)

func TestNothingIsLeftForLater(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		for _, group := range f.tree.Comments {
			if found := unfinished.FindString(docText(group)); found != "" {
				t.Errorf("%s: %s", f.line(group), found)
			}
		}
	}
}

// glossary lists words that the product has another word for. The guest API and the
// providers' clients speak the words of others.
var (
	glossary = map[string]string{
		"Organization": "Tenant", "Organisation": "Tenant", "Company": "Tenant",
		"Branch": "Outlet", "Employee": "Staff", "Reservation": "Appointment", "Voucher": "Credit",
	}
	foreign = []string{"guestapi", "billing/paperid", "billing/maya"}
)

func TestOurOwnWords(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		skip := f.test
		for _, dir := range foreign {
			skip = skip || under(f.pkg, dir)
		}
		if skip {
			continue
		}
		for name, object := range f.tree.Scope.Objects {
			for word, ours := range glossary {
				if ast.IsExported(name) && strings.Contains(name, word) {
					t.Errorf("%s: %s %s: our word is %s", f.path, object.Kind, name, ours)
				}
			}
		}
	}
}
