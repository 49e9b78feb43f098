package world_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/access"
	"reserva/internal/config"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Every request that changes something leaves an entry in the audit log, written by
// the transaction that made the change, with the values before and after; and the log
// holds no secret and nothing personal of a customer, who may ask to be forgotten.
//
// Operations come from the document, and are tried with their documented examples.
func TestEveryChangeIsAudited(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	for _, o := range a.inOrder() {
		a.try(o)
	}
	a.RunJobs()
	t.Logf("%d operations were seen to change something", len(a.changed))
	for o, why := range a.untried {
		t.Errorf("%s was not seen to change anything; preparations makes what its example needs: %s", o, why)
	}
	a.searchForPrivateThings()
	a.followObjects()
	a.Every("audit.seal")
	a.sealed()
}

// bookkeeping are tables that are written beside a change, or without one.
var bookkeeping = []string{
	"public.audit_log", "public.audit_unsealed", "public.audit_seals", "public.audit_heads",
	"public.idempotency_keys", "public.signin_failures", "river.river_job",
	"public.messages", // what is said because of a change
}

// unaudited are operations that change something and leave no entry.
var unaudited = map[string]string{
	"POST /auth/refresh":                              "the login stays as it is, its token is another one; every half hour of everybody",
	"POST /customer/auth/refresh":                     "as for staff",
	"POST /webhooks/paper-id":                         "as below",
	"POST /webhooks/paper-id-invoice":                 "as below",
	"POST /webhooks/paper-id-withdrawal":              "as below",
	"POST /webhooks/paper-invoice":                    "stores what a provider says; the job that believes it writes the entry",
	"POST /customer/auth/forgot-password":             "a visitor asked for a code; nothing of the customer changes until it is shown",
	"POST /customer/auth/resend-verification":         "as above",
	"POST /webhooks/paper-invoice/tenant/{tenant_id}": "as for the platform's account",
	"POST /maya/webhook":                              "as above",
	"POST /maya/webhook/tenant/{tenant_id}":           "as above",
	"POST /maya/bookings/{id}/verify-session":         "asks the provider; what it says is settled by the system, with an entry of its own",
}

// questions are asked with a body, and change nothing.
var questions = map[string]string{
	"POST /platform-fees/calculate": "works out what a payment comes to",
}

// silent are actions of which there is nothing to tell but that they were.
var silent = map[string]string{
	"login.opened":              "the object is the login, and the actor whose it is",
	"login.ended":               "as above",
	"user.password_changed":     "a password is not told, nor what it hashes to",
	"user.password_reset":       "as above",
	"user.password_forgotten":   "a code is not told",
	"withdrawal.code_requested": "a code is not told, nor what names it",
	"user.welcomed":             "a message was sent",
	"customer.password_changed": "a password is not told",
	"customer.registered_again": "a password waits for the proof of the address; the record stays as it is",
}

// alike are operations whose example sets what is so already, or what is not told:
// the entry then says the same of before and after.
var alike = map[string]string{
	"PUT /customers/{customer_id}/preferences": "preferences may tell of a person; their name is told when they differ",
	"PUT /services/{service_id}/staff":         "the staff member gives the service already",
	"PUT /staff/{staff_id}/outlets":            "works there already",
	"PUT /staff/{staff_id}/skills":             "has them already",
	"POST /outlets/{outlet_id}/activate":       "is active",
	"POST /services/{service_id}/activate":     "is active",
	"POST /customer/auth/reset-password":       "a password is not told",
}

// apart are tables of which an operation writes rows in transactions without an entry
// of their own, beside the one that has it.
var apart = map[string][]string{
	// In a second step, the answer of the payment provider is stored with what was asked for.
	"POST /appointments/{appointment_id}/create-payment-link": {"public.invoices", "public.payments"},
	"POST /customer/payments/process-appointment":             {"public.invoices", "public.payments"},
	"POST /maya/bookings/{id}/checkout-session":               {"public.invoices", "public.payments"},
	"POST /customer/wallet/topup":                             {"public.invoices", "public.payments"},
	"POST /public/register":                                   {"public.tenants"},
	"POST /tenants":                                           {"public.tenants"},
	// A choice of business is spent before the login is opened.
	"POST /auth/complete-login":          {"public.spent_tokens"},
	"POST /customer/auth/complete-login": {"public.spent_tokens"},
}

type auditor struct {
	*sweep
	ledger  ledger
	changed map[string]bool
	untried map[string]string
	secrets map[string]bool
}

func newAuditor(t *testing.T) *auditor {
	t.Helper()
	s := sweepOf(t, world.New(t, func(f *config.Flags) { f.PaperWebhookSecret = providerSecret }))
	s.mine.bookable(s.World)
	return &auditor{
		sweep: s, ledger: newLedger(s.World), changed: map[string]bool{}, untried: map[string]string{},
		secrets: map[string]bool{testkit.Password: true},
	}
}

// inOrder has what makes things before what changes them, and what takes them or
// their owners away at the end.
func (a *auditor) inOrder() []world.Operation {
	rank := func(o world.Operation) int {
		n := map[string]int{"POST": 1, "PUT": 0, "PATCH": 0, "DELETE": 4}[o.Method]
		for part, more := range map[string]int{"logout": 20, "password": 10, "deactivate": 2, "activate": 3, "cancel": 3, "/auth/": 5, "complete": 2, "sessions": 8} {
			if strings.Contains(o.Path, part) {
				n += more
			}
		}
		return n
	}
	var all []world.Operation
	for _, o := range a.Operations {
		if o.Method != http.MethodGet && questions[o.String()] == "" {
			all = append(all, o)
		}
	}
	slices.SortStableFunc(all, func(x, y world.Operation) int { return rank(x) - rank(y) })
	return all
}

// try makes the request, in another shop if this one is not as it would have to be.
func (a *auditor) try(o world.Operation) {
	a.Helper()
	if preparations()[aliased(o)] != nil {
		a.fresh()
	}
	for range 2 {
		why := a.request(o)
		if why == "" {
			a.changed[o.String()] = true
			delete(a.untried, o.String())
			return
		}
		a.untried[o.String()] = why
		a.fresh()
	}
}

func (a *auditor) fresh() {
	a.Helper()
	a.mine = newShop(a.World)
	a.mine.bookable(a.World)
	a.mine.ids["new_date"] = a.Day(5)
	a.roles[access.SuperAdmin] = a.mine.Member(access.SuperAdmin, a.mine.Outlet).Token // time may have passed
}

// request makes the documented example; it tells why it changed nothing, if so.
func (a *auditor) request(o world.Operation) string {
	a.Helper()
	if prepare := preparations()[aliased(o)]; prepare != nil {
		prepare(a)
	}
	body := sample(o, a.mine.ids)
	a.prepare(body)
	r := testkit.Request{
		As: a.token(o), Method: o.Method, Path: path(o, a.mine.ids) + query(o, a.mine.ids), Header: a.named(o), Body: orNil(body),
	}
	a.dress(o, &r)
	return a.watch(o, r)
}

// watch makes a request once, and holds what it changed against the log. It tells why
// it changed nothing, if so.
func (a *auditor) watch(o world.Operation, r testkit.Request) string {
	a.Helper()
	a.learn("", r.Body)
	before := a.ledger.read()
	var began int64
	if err := a.DB.Pool().QueryRow(a.Context(), `SELECT pg_current_xact_id()::text::bigint`).Scan(&began); err != nil {
		a.Fatal(err)
	}
	answer := a.Send(r)
	if answer.Status/100 != 2 {
		return fmt.Sprintf("%d %s", answer.Status, answer.Body)
	}
	a.learn("", decoded(answer.Body))
	var tables []string
	for _, line := range a.ledger.read().changed(before) {
		table, _, _ := strings.Cut(line, ":")
		if !slices.Contains(bookkeeping, table) {
			tables = append(tables, table)
		}
	}
	if len(tables) == 0 {
		return "changed nothing"
	}
	if unaudited[aliased(o)] == "" {
		a.compare(o, answer.Header.Get("X-Request-Id"), began, tables)
	}
	return ""
}

// prepare makes an example one that can succeed.
func (a *auditor) prepare(body testkit.Object) {
	a.Helper()
	for name := range body {
		// What is optional and needs more than a shop has.
		switch name {
		case "version", "expected_version", "wallet_amount", "use_credits", "redeem_credits", "customer_package_id", "slug", "redeem_package_credits", "use_package_credits":
			delete(body, name)
		}
		if strings.Contains(name, "password") {
			body[name] = testkit.Password
			if strings.HasPrefix(name, "new_") {
				body[name] = "Plum-Kites-47-Harbour"
			}
		}
	}
}

// compare looks for the entries of a request, and for rows that were written by
// another transaction than theirs.
func (a *auditor) compare(o world.Operation, request string, began int64, tables []string) {
	a.Helper()
	type entry struct {
		Action string
		Silent bool
		Same   bool
		Xmin   int64
	}
	rows, err := a.DB.Pool().Query(a.Context(), `
		SELECT action, old IS NULL AND new IS NULL, coalesce(old = new, false), xmin::text::bigint FROM audit_log WHERE request_id = $1 ORDER BY id`, request)
	if err != nil {
		a.Fatal(err)
	}
	entries, err := pgx.CollectRows(rows, pgx.RowToStructByPos[entry])
	if err != nil {
		a.Fatal(err)
	}
	if len(entries) == 0 {
		a.Errorf("%s changed %v and left no entry", o, tables)
		return
	}
	var in []int64
	for _, e := range entries {
		in = append(in, e.Xmin)
		if e.Silent && silent[e.Action] == "" {
			a.Errorf("%s: %s says neither what was nor what is", o, e.Action)
		}
		if e.Same && alike[aliased(o)] == "" {
			a.Errorf("%s: %s says the same of before and after", o, e.Action)
		}
	}
	for _, table := range tables {
		if slices.Contains(apart[aliased(o)], table) {
			continue
		}
		var elsewhere int
		err := a.DB.Pool().QueryRow(a.Context(), `
			SELECT count(*) FROM `+table+` WHERE xmin::text::bigint >= $1 AND xmin::text::bigint <> ALL ($2)`, began, in).Scan(&elsewhere)
		if err != nil || elsewhere > 0 {
			a.Errorf("%s: %d rows of %s were written by another transaction than its entries %v, %v", o, elsewhere, table, entries, err)
		}
	}
}

// learn keeps tokens and codes that are sent or answered.
func (a *auditor) learn(name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for inner, v := range value {
			a.learn(inner, v)
		}
	case []any:
		for _, v := range value {
			a.learn(name, v)
		}
	case string:
		lower := strings.ToLower(name)
		if len(value) >= 6 && lower != "token_type" && (strings.Contains(lower, "token") || strings.Contains(lower, "password") ||
			strings.Contains(lower, "secret") || lower == "code") {
			a.secrets[value] = true
		}
	}
}

func decoded(body []byte) any {
	var value any
	_ = json.Unmarshal(body, &value) // what is no JSON has no members
	return value
}

// searchForPrivateThings reads what is known of customers, and secrets, from where
// they are kept, and looks for each in the log.
func (a *auditor) searchForPrivateThings() {
	a.Helper()
	rows, err := a.DB.Pool().Query(a.Context(), `
		SELECT DISTINCT v
		FROM customers c
		CROSS JOIN LATERAL (VALUES (c.email), (c.phone), (c.first_name), (c.last_name)) AS known (v)
		WHERE length(v) >= 3
		UNION
		SELECT (regexp_matches(body_text, '\m\d{6}\M', 'g'))[1] FROM messages
		UNION
		SELECT password_hash FROM users WHERE password_hash <> ''
		UNION
		SELECT password_hash FROM customers WHERE password_hash <> ''`)
	if err != nil {
		a.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(texts) < 5 {
		a.Fatalf("%v, %v", texts, err)
	}
	texts = slices.AppendSeq(texts, maps.Keys(a.secrets))
	for _, text := range texts {
		var action, where string
		// Between quotation marks, so that a short name is not found inside a word.
		err := a.DB.Pool().QueryRow(a.Context(), `
			SELECT action, coalesce(old::text, '') || coalesce(new::text, '')
			FROM audit_log
			WHERE strpos(concat(old::text, new::text, action, object_id), $1) > 0 AND (length($1) >= 8 OR strpos(concat(old::text, new::text), '"' || $1 || '"') > 0)
			LIMIT 1`, text).Scan(&action, &where)
		if err == nil {
			a.Errorf("the log holds %q: %s %s", text, action, where)
		}
	}
}

// partial are kinds of which an entry tells a part: a date of an outlet, or some of
// the entries in a staff member's calendar.
var partial = []string{"outlet_date", "availability"}

// derived are members that follow from other objects.
var derived = []string{"stats", "updated_at", "staff_count", "assigned_staff", "changed"}

// followObjects checks that the entries of each object continue one another: what one
// calls new the next calls old, as far as both tell. So the last before a moment tells
// how the object was.
func (a *auditor) followObjects() {
	a.Helper()
	rows, err := a.DB.Pool().Query(a.Context(), `
		SELECT p.object_kind || ': ' || p.action || ' after ' || p.earlier,
			(SELECT coalesce(string_agg(was.key || ' ' || was.value || ' then ' || next.value, ', '), '')
			FROM jsonb_each(p.before) was JOIN jsonb_each(p.old) AS next USING (key)
			WHERE was.value <> next.value AND was.key <> ALL ($2)),
			p.before IS NULL, p.old IS NULL
		FROM (
			SELECT object_kind, action, old, lag(new) OVER w AS before, lag(action) OVER w AS earlier
			FROM audit_log
			WHERE (old IS NOT NULL OR new IS NOT NULL) AND object_kind <> ALL ($1)
			WINDOW w AS (PARTITION BY tenant_id, object_kind, object_id ORDER BY id)
		) AS p
		WHERE p.earlier IS NOT NULL`, partial, derived)
	if err != nil {
		a.Fatal(err)
	}
	defer rows.Close()
	pairs := 0
	for rows.Next() {
		var pair, differences string
		var gone, fresh bool
		if err := rows.Scan(&pair, &differences, &gone, &fresh); err != nil {
			a.Fatal(err)
		}
		pairs++
		if differences != "" || gone != fresh {
			a.Errorf("%s: %s (nothing after the one: %v, before the other: %v)", pair, differences, gone, fresh)
		}
	}
	if err := rows.Err(); err != nil || pairs < 20 {
		a.Errorf("%d entries followed others, %v", pairs, err)
	}
}

func (a *auditor) sealed() {
	a.Helper()
	var entries, seals int
	err := a.DB.Pool().QueryRow(a.Context(), `SELECT (SELECT count(*) FROM audit_log), (SELECT count(*) FROM audit_seals)`).Scan(&entries, &seals)
	if err != nil || entries == 0 || entries != seals {
		a.Errorf("%d seals for %d entries, %v", seals, entries, err)
	}
}
