package guestapi

import (
	"encoding/json"
	"regexp"
	"strings"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/text"
	"reserva/internal/kit/token"
)

// BookingRequest documents the body of a booking. The handler reads it member by
// member, since the checks before it go first and unknown members are ignored.
type BookingRequest struct {
	PackageID     string  `json:"packageId" doc:"24 hexadecimal characters." minLength:"24" maxLength:"24" example:"507f1f77bcf86cd799439031"`
	BookingDate   string  `json:"bookingDate" format:"date" doc:"At the branch." example:"2026-04-10"`
	BookingTime   string  `json:"bookingTime" doc:"24-hour clock, at the branch." example:"14:30"`
	FirstName     string  `json:"firstName" minLength:"1" maxLength:"255" example:"John"`
	MiddleName    *string `json:"middleName,omitempty" maxLength:"255"`
	LastName      string  `json:"lastName" minLength:"1" maxLength:"255" example:"Smith"`
	Email         string  `json:"email" format:"email" maxLength:"254" example:"john@example.com"`
	Phone         string  `json:"phone" minLength:"10" maxLength:"20" example:"09161234567" doc:"Digits, spaces and + - ( ) ."`
	PaymentMethod *string `json:"preferredPaymentMethod,omitempty" enum:"cash,maya" doc:"The organization's preference where absent."`
	Password      *string `json:"password,omitempty" maxLength:"128" doc:"Makes the guest a customer once the e-mail address is proven. Empty counts as absent."`
}

// request is a body that was read.
type request struct {
	kind     string // the path's :type
	service  id.ID
	date     civil.Date
	time     civil.Clock
	first    string
	middle   string
	last     string
	email    string
	phone    string
	payment  string // empty for the tenant's preference
	password string
}

var (
	typePattern  = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	phonePattern = regexp.MustCompile(`^[0-9 +\-().]{10,20}$`)
)

const (
	longestType = 63
	longestName = 255
)

// readRequest checks the path's type and all fields of the body, and names each that
// is wrong.
func readRequest(kind string, body []byte) (request, error) {
	r := request{kind: strings.ToLower(kind)}
	f := &fields{}
	if len(r.kind) > longestType || !typePattern.MatchString(r.kind) {
		f.refuse("path:type", "must be 1 to 63 lower-case letters, digits and single hyphens")
	}
	if json.Unmarshal(body, &f.values) != nil || f.values == nil {
		f.refuse("", "must be an object")
		return r, f.fault()
	}
	var err error
	if r.service, err = id.Parse(f.required("packageId")); err != nil {
		f.refuse("packageId", "must be 24 hexadecimal characters")
	}
	if r.date, err = civil.ParseDate(f.required("bookingDate")); err != nil {
		f.refuse("bookingDate", "must be a date in the form YYYY-MM-DD")
	}
	clock := f.required("bookingTime")
	if r.time, err = civil.ParseClock(clock); err != nil || len(clock) != len("15:04") || r.time == civil.EndOfDay {
		f.refuse("bookingTime", "must be a time in the form HH:MM, 00:00 to 23:59")
	}
	r.first = f.name("firstName", f.required("firstName"), 1)
	r.middle = f.name("middleName", f.optional("middleName"), 0)
	r.last = f.name("lastName", f.required("lastName"), 1)
	if r.email, err = mail.Normalise(f.required("email")); err != nil {
		f.refuse("email", "must be a valid email address")
	}
	if r.phone = strings.TrimSpace(f.required("phone")); !phonePattern.MatchString(r.phone) {
		f.refuse("phone", "must be 10 to 20 digits, spaces and + - ( ) .")
	}
	if r.payment = f.optional("preferredPaymentMethod"); f.sent("preferredPaymentMethod") && r.payment != cash && r.payment != maya {
		f.refuse("preferredPaymentMethod", "must be cash or maya")
	}
	if r.password = f.optional("password"); r.password != "" {
		if problem := token.CheckPassword(r.password); problem != "" {
			f.refuse("password", strings.TrimSuffix(problem, "."))
		}
	}
	return r, f.fault()
}

// name is the guest's whole name as typed.
func (r *request) name() string {
	return strings.Join(strings.Fields(r.first+" "+r.middle+" "+r.last), " ")
}

// fields collects what is wrong with a body. A field is named once, with the first
// thing that is wrong with it.
type fields struct {
	values map[string]json.RawMessage
	wrong  []fault.Field
	named  map[string]bool
}

func (f *fields) refuse(path, message string) {
	if f.named[path] {
		return
	}
	if f.named == nil {
		f.named = map[string]bool{}
	}
	f.named[path] = true
	f.wrong = append(f.wrong, fault.Field{Loc: fault.Loc(path), Message: message, Type: "value_error"})
}

func (f *fields) fault() error {
	if len(f.wrong) == 0 {
		return nil
	}
	return fault.ErrInvalid.WithFields(f.wrong...)
}

func (f *fields) required(name string) string {
	value := f.optional(name)
	if strings.TrimSpace(value) == "" {
		f.refuse(name, "is required")
	}
	return value
}

// sent tells whether there is a field, and it is not null.
func (f *fields) sent(name string) bool {
	value, ok := f.values[name]
	return ok && string(value) != "null"
}

// optional reads a text; null and absent are empty.
func (f *fields) optional(name string) string {
	var value string
	if f.sent(name) && json.Unmarshal(f.values[name], &value) != nil {
		f.refuse(name, "must be a text")
	}
	return value
}

func (f *fields) name(field, value string, shortest int) string {
	line, err := text.Line(value)
	if n := text.Length(line); err != nil || n < shortest || n > longestName {
		f.refuse(field, "must be a single line of at most 255 characters")
	}
	return line
}
