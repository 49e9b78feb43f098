package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

type line struct {
	Service id.ID         `json:"service_id"`
	Price   money.Decimal `json:"price,omitzero"`
	Places  int           `json:"places,omitempty" minimum:"1" maximum:"20"`
}

type booking struct {
	Name   string                `json:"name" minLength:"2" maxLength:"10"`
	Date   civil.Date            `json:"date,omitzero"`
	Time   civil.Clock           `json:"time,omitzero"`
	Kind   string                `json:"kind,omitempty" enum:"online,walk_in"`
	Mail   string                `json:"mail,omitempty" format:"email"`
	At     api.Instant           `json:"at,omitzero"`
	Lines  []line                `json:"lines" minItems:"1"`
	Nick   opt.Field[string]     `json:"nick,omitzero" maxLength:"5"`
	Birth  opt.Field[civil.Date] `json:"birth,omitzero"`
	Home   opt.Field[home]       `json:"home,omitzero"`
	Labels map[string]int        `json:"labels,omitempty"`
}

type home struct {
	City  string     `json:"city" maxLength:"20"`
	Since civil.Date `json:"since,omitzero"`
}

type echoed struct {
	Name   string      `json:"name"`
	Date   civil.Date  `json:"date"`
	Time   civil.Clock `json:"time"`
	Price  string      `json:"price"`
	Places int         `json:"places"`
	Nick   string      `json:"nick"`
	At     api.Instant `json:"at"`
}

func (b booking) echo() *echoed {
	nick := "absent"
	if b.Nick.Set {
		nick = b.Nick.Or("null")
	}
	return &echoed{b.Name, b.Date, b.Time, b.Lines[0].Price.String(), b.Lines[0].Places, nick, b.At}
}

type bookInput struct {
	Outlet string                    `path:"outlet_id"`
	Dry    opt.Field[bool]           `query:"dry_run"`
	Page   int                       `query:"page" minimum:"1" default:"1"`
	Sort   string                    `query:"sort_by" enum:"name,date"`
	From   opt.Field[civil.Date]     `query:"from"`
	At     opt.Field[api.ClockParam] `query:"at"`
	Body   booking
}

func registerBook(a *api.API) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/outlets/{outlet_id}/bookings", ID: "book", Tag: "Book", Summary: "Book",
		Status: http.StatusCreated, Idempotent: true,
	}, func(_ context.Context, _ access.Visitor, in *bookInput) (*echoed, error) {
		return in.Body.echo(), nil
	})
}

const validBooking = `{"name":"Ann","date":"2026-04-10","time":"14:30","lines":[{"service_id":"65f1e2a0c3b4d5e6f7a8b9c0","price":"12.50","places":2}]}`

func TestGoodBodies(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	answer := func(name, price, nick, at string, places int) string {
		return fmt.Sprintf(`{"name":%q,"date":"2026-04-10","time":"14:30","price":%q,"nick":%q,"at":%q,"places":%d}`, name, price, nick, at, places)
	}
	const zero = "0001-01-01T00:00:00Z"
	edit := func(old, with string) string { return strings.Replace(validBooking, old, with, 1) }
	for name, c := range map[string][2]string{
		"as documented":      {validBooking, answer("Ann", "12.5", "absent", zero, 2)},
		"number for money":   {edit(`"12.50"`, `12.5`), answer("Ann", "12.5", "absent", zero, 2)},
		"null for optional":  {edit(`"name"`, `"kind":null,"nick":null,"home":null,"name"`), answer("Ann", "12.5", "null", zero, 2)},
		"value for tristate": {edit(`"name"`, `"nick":"A","name"`), answer("Ann", "12.5", "A", zero, 2)},
		"naive time is UTC":  {edit(`"name"`, `"at":"2026-04-01T10:00:00.5","name"`), answer("Ann", "12.5", "absent", "2026-04-01T10:00:00.5Z", 2)},
		"offset":             {edit(`"name"`, `"at":"2026-04-01T10:00:00+07:00","name"`), answer("Ann", "12.5", "absent", "2026-04-01T03:00:00Z", 2)},
		"last of two counts": {edit(`"name"`, `"name":"Bob","name"`), answer("Ann", "12.5", "absent", zero, 2)},
		"white space":        {" \n" + validBooking + "\n ", answer("Ann", "12.5", "absent", zero, 2)},
		// Decoding must not merge what the schema saw only the last of.
		"no merging": {edit(`"lines":`, `"lines":[{"service_id":"x","places":-7}],"lines":`), answer("Ann", "12.5", "absent", zero, 2)},
		"no merging of items": {
			`{"name":"Ann","date":"2026-04-10","time":"14:30","lines":[{"places":-7}],"lines":[{"service_id":"65f1e2a0c3b4d5e6f7a8b9c0","price":1}]}`,
			answer("Ann", "1", "absent", zero, 0),
		},
	} {
		t.Run(name, func(t *testing.T) {
			call{method: "POST", path: "/api/v1/outlets/x/bookings", body: c[0]}.to(t, a).want(t, 201, c[1])
		})
	}
}

func TestBadBodies(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	const malformed = `{"detail":"The request cannot be read.","code":"request.malformed"}`
	field := func(loc, msg, kind, ctx string) string {
		return `{"code":"request.invalid","detail":[{"loc":` + loc + `,"msg":"` + msg + `","type":"` + kind + `"` + ctx + `}]}`
	}
	edit := func(old, with string) string { return strings.Replace(validBooking, old, with, 1) }
	deep := strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40)
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"truncated":         {validBooking[:40], 400, malformed},
		"two values":        {validBooking + validBooking, 400, malformed},
		"not UTF-8":         {edit("Ann", "A\xffn"), 400, malformed},
		"too deep":          {edit(`"name"`, `"x":`+deep+`,"name"`), 400, malformed},
		"trailing comma":    {edit(`}]}`, `}],}`), 400, malformed},
		"comment":           {"/* */" + validBooking, 400, malformed},
		"byte order mark":   {"\ufeff" + validBooking, 400, malformed},
		"not a number":      {edit(`2}`, `NaN}`), 400, malformed},
		"NUL":               {edit(`Ann`, `A\u0000n`), 422, field(`["body","name"]`, "Text must be UTF-8 without NUL characters", "value_error", "")},
		"NUL in a list":     {edit(`65f1`, `\u0000`), 422, field(`["body","lines",0,"service_id"]`, "Text must be UTF-8 without NUL characters", "value_error", "")},
		"NUL in a name":     {edit(`"name"`, `"\u0000":1,"name"`), 422, field(`["body"]`, "Text must be UTF-8 without NUL characters", "value_error", "")},
		"half a character":  {edit(`Ann`, `A\ud83dn`), 422, field(`["body","name"]`, "Text must be UTF-8 without NUL characters", "value_error", "")},
		"missing":           {edit(`"name":"Ann",`, ``), 422, field(`["body","name"]`, "Field required", "missing", "")},
		"missing in list":   {edit(`"service_id":"65f1e2a0c3b4d5e6f7a8b9c0",`, ``), 422, field(`["body","lines",0,"service_id"]`, "Field required", "missing", "")},
		"null, required":    {edit(`"Ann"`, `null`), 422, field(`["body","name"]`, "Input should be a valid string", "string_type", "")},
		"null list":         {`{"name":"Ann","lines":null}`, 422, field(`["body","lines"]`, "Input should be a valid list", "list_type", "")},
		"unknown":           {edit(`"name"`, `"nmae":"secret","name"`), 422, field(`["body","nmae"]`, "Extra inputs are not permitted", "extra_forbidden", "")},
		"other case":        {edit(`"name"`, `"Name":"secret","name"`), 422, field(`["body","Name"]`, "Extra inputs are not permitted", "extra_forbidden", "")},
		"string for int":    {edit(`2}`, `"secret"}`), 422, field(`["body","lines",0,"places"]`, "Input should be a valid integer", "int_type", "")},
		"fraction":          {edit(`2}`, `1.5}`), 422, field(`["body","lines",0,"places"]`, "Input should be a valid integer", "int_type", "")},
		"whole fraction":    {edit(`2}`, `2.0}`), 422, field(`["body","lines",0,"places"]`, "Input should be a valid integer in range", "int_type", "")},
		"too big":           {edit(`2}`, `21}`), 422, field(`["body","lines",0,"places"]`, "Input should be less than or equal to 20", "less_than_equal", `,"ctx":{"le":20}`)},
		"no such float":     {edit(`2}`, `1e999}`), 422, field(`["body","lines",0,"places"]`, "Input should be a number in range", "float_type", "")},
		"enum":              {edit(`"name"`, `"kind":"secret","name"`), 422, field(`["body","kind"]`, "Input should be online, walk_in", "enum", `,"ctx":{"expected":"online, walk_in"}`)},
		"too short":         {edit(`Ann`, `A`), 422, field(`["body","name"]`, "Number of characters should be at least 2", "string_too_short", `,"ctx":{"min_length":2}`)},
		"too few":           {`{"name":"Ann","lines":[]}`, 422, field(`["body","lines"]`, "Number of items should be at least 1", "too_short", `,"ctx":{"min_length":1}`)},
		"mail":              {edit(`"name"`, `"mail":"secret@","name"`), 422, field(`["body","mail"]`, "Input should be a valid email address", "value_error", "")},
		"id":                {edit(`65f1`, `65F1`), 422, field(`["body","lines",0,"service_id"]`, "Input should be 24 hexadecimal digits", "value_error", `,"ctx":{"expected":"24 hexadecimal digits"}`)},
		"no such date":      {edit(`04-10`, `02-30`), 422, field(`["body","date"]`, "Input should be a valid date", "date_parsing", "")},
		"date out of range": {edit(`2026-04`, `0001-04`), 422, field(`["body","date"]`, "Input should be a valid date", "date_parsing", "")},
		"endless money":     {edit(`"12.50"`, `"99999999999999999999"`), 422, field(`["body","lines",0,"price"]`, "Input should be a number in range", "decimal_type", "")},
		"no such instant":   {edit(`"name"`, `"at":"2026-02-30T10:00:00","name"`), 422, field(`["body","at"]`, "Input is not valid", "value_error", "")},
		"beyond all years":  {edit(`"name"`, `"at":"9999-12-31T23:59:59-23:59","name"`), 422, field(`["body","at"]`, "Input is not valid", "value_error", "")},
		"before all years":  {edit(`"name"`, `"at":"0000-01-01T00:00:00+23:59","name"`), 422, field(`["body","at"]`, "Input is not valid", "value_error", "")},
		"no such time":      {edit(`14:30`, `24:30`), 422, field(`["body","time"]`, "Input should be a time of day as HH:MM", "value_error", `,"ctx":{"expected":"a time of day as HH:MM"}`)},
		"not money":         {edit(`"12.50"`, `"12,50"`), 422, field(`["body","lines",0,"price"]`, "Input should be a number or a numeric string", "decimal_type", "")},
		"tristate":          {edit(`"name"`, `"nick":"secret","name"`), 422, field(`["body","nick"]`, "Number of characters should be at most 5", "string_too_long", `,"ctx":{"max_length":5}`)},
		"tristate object":   {edit(`"name"`, `"home":{"city":1},"name"`), 422, field(`["body","home","city"]`, "Input should be a valid string", "string_type", "")},
		"tristate date":     {edit(`"name"`, `"birth":"0001-01-01","name"`), 422, field(`["body","birth"]`, "Input should be a valid date", "date_parsing", "")},
		"in a tristate":     {edit(`"name"`, `"home":{"city":"x","since":"0001-01-01"},"name"`), 422, field(`["body","home","since"]`, "Input should be a valid date", "date_parsing", "")},
		"not an object":     {`[1]`, 422, field(`["body"]`, "Input should be a valid object", "model_type", "")},
		"null":              {`null`, 422, field(`["body"]`, "Input should be a valid object", "model_type", "")},
		"map":               {edit(`"name"`, `"labels":{"a":"b"},"name"`), 422, field(`["body","labels","a"]`, "Input should be a valid integer", "int_type", "")},
	} {
		t.Run(name, func(t *testing.T) {
			got := call{method: "POST", path: "/api/v1/outlets/x/bookings", body: c.body}.to(t, a)
			got.want(t, c.status, c.want)
			if strings.Contains(got.body, "secret") {
				t.Errorf("a refused value is echoed: %s", got.body)
			}
		})
	}
}

func TestSeveralFieldsAtOnce(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	call{method: "POST", path: "/api/v1/outlets/x/bookings?page=0&dry_run=perhaps", body: `{"name":"A","lines":[]}`}.to(t, a).want(t, 422,
		`{"code":"request.invalid","detail":[
			{"loc":["body","lines"],"msg":"Number of items should be at least 1","type":"too_short","ctx":{"min_length":1}},
			{"loc":["body","name"],"msg":"Number of characters should be at least 2","type":"string_too_short","ctx":{"min_length":2}},
			{"loc":["query","dry_run"],"msg":"Input should be a valid boolean","type":"bool_parsing"},
			{"loc":["query","page"],"msg":"Input should be greater than or equal to 1","type":"greater_than_equal","ctx":{"ge":1}}]}`)
}

func TestParameters(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	for query, want := range map[string]struct {
		status int
		loc    string
	}{
		"":                          {201, ""},
		"?page=3&sort_by=name":      {201, ""},
		"?from=2026-04-10&at=14:30": {201, ""},
		"?page=":                    {201, ""},
		"?page=x":                   {422, `["query","page"]`},
		"?page=0":                   {422, `["query","page"]`},
		"?sort_by=secret":           {422, `["query","sort_by"]`},
		"?from=secret":              {422, `["query","from"],"msg":"Input should be a valid date"`},
		"?at=25:00":                 {422, `["query","at"],"msg":"Input should be a time of day as HH:MM"`},
		"?sort_by=%00":              {422, `["query","sort_by"]`},
		"?sort_by=%ff":              {422, `["query","sort_by"]`},
		"?other=%00":                {422, `["query","other"]`},
		"?page=%zz":                 {400, ""},
		"?page=1;size=2":            {400, ""},
	} {
		got := call{method: "POST", path: "/api/v1/outlets/x/bookings" + query, body: validBooking}.to(t, a)
		if got.status != want.status || !strings.Contains(got.body, `"loc":`+want.loc) && want.loc != "" {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
		if strings.Contains(got.body, "secret") {
			t.Errorf("a refused value is echoed: %s", got.body)
		}
	}
	call{method: "POST", path: "/api/v1/outlets/%00/bookings", body: validBooking}.to(t, a).want(t, 422,
		`{"code":"request.invalid","detail":[{"loc":["path"],"msg":"Text must be UTF-8 without NUL characters","type":"value_error"}]}`)
}

func TestContentTypesAndSizes(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	for name, c := range map[string]struct {
		header map[string]string
		body   string
		status int
		code   string
	}{
		"charset":   {map[string]string{"Content-Type": "application/json; charset=utf-8"}, validBooking, 201, ""},
		"suffix":    {map[string]string{"Content-Type": "application/merge-patch+json"}, validBooking, 201, ""},
		"none":      {map[string]string{"Content-Type": ""}, validBooking, 201, ""},
		"text":      {map[string]string{"Content-Type": "text/plain"}, validBooking, 415, "request.content_type"},
		"form":      {map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "a=b", 415, "request.content_type"},
		"nonsense":  {map[string]string{"Content-Type": ";"}, validBooking, 415, "request.content_type"},
		"gzip":      {map[string]string{"Content-Encoding": "gzip"}, validBooking, 415, "request.content_type"},
		"empty":     {nil, "", 422, "request.invalid"},
		"too large": {nil, `"` + strings.Repeat("x", 1<<20) + `"`, 413, "request.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			got := call{method: "POST", path: "/api/v1/outlets/x/bookings", body: c.body, header: c.header}.to(t, a)
			got.want(t, c.status, "")
			if c.code != "" && got.code(t) != c.code {
				t.Errorf("got %s", got.body)
			}
		})
	}
}

func TestBodyIsLimitedWhileItIsRead(t *testing.T) {
	a := newAPI(t)
	registerBook(a)
	r, err := http.NewRequestWithContext(t.Context(), "POST", "/api/v1/outlets/x/bookings", strings.NewReader(strings.Repeat(" ", 2<<20)))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = -1 // chunked
	serve(a, r).want(t, 413, `{"detail":"The request body is too large.","code":"request.too_large"}`)
}
