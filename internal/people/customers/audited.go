package customers

import (
	"reflect"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// facts are what the audit log keeps of a customer. It is never erased, so there is
// nothing by which to know the person: of what a change was about it has the names
// of the fields.
type facts struct {
	Source        string   `json:"source"`
	IsActive      bool     `json:"is_active"`
	IsGuest       bool     `json:"is_guest"`
	HasPassword   bool     `json:"has_password"`
	EmailVerified bool     `json:"email_verified"`
	PhoneVerified bool     `json:"phone_verified"`
	Changed       []string `json:"changed,omitempty"`
}

func (r row) facts() facts {
	return facts{
		Source: r.Source, IsActive: r.IsActive, IsGuest: r.IsGuest, HasPassword: r.HasPassword,
		EmailVerified: r.EmailVerified, PhoneVerified: r.PhoneVerified,
	}
}

// since is the facts with the names of what differs from an earlier row.
func (r row) since(old row) facts {
	f := r.facts()
	for _, field := range []struct {
		name     string
		was, now any
	}{
		{"email", old.Email, r.Email}, {"phone", old.Phone, r.Phone},
		{"first_name", old.FirstName, r.FirstName}, {"middle_name", old.MiddleName, r.MiddleName}, {"last_name", old.LastName, r.LastName},
		{"date_of_birth", old.DateOfBirth, r.DateOfBirth}, {"gender", old.Gender, r.Gender}, {"address", old.Address, r.Address},
		{"notes", old.Notes, r.Notes}, {"tags", old.Tags, r.Tags}, {"preferences", old.Preferences, r.Preferences},
		{"marketing_consent", old.Marketing, r.Marketing},
	} {
		if !reflect.DeepEqual(field.was, field.now) {
			f.Changed = append(f.Changed, field.name)
		}
	}
	return f
}

func recordAdded(tx *db.Tx, who access.Actor, action string, r row) {
	audit.Record(tx, who, action, "customer", r.ID, nil, r.facts())
	jobs.Publish(tx, CreatedEvent{CustomerID: r.ID})
}

func recordChanged(tx *db.Tx, who access.Actor, action string, old, r row) {
	audit.Record(tx, who, action, "customer", r.ID, old.facts(), r.since(old))
	jobs.Publish(tx, UpdatedEvent{CustomerID: r.ID, At: tx.Now()})
}

// signedInAs is what the log keeps of a login.
type signedInAs struct {
	CustomerID id.ID `json:"customer_id"`
}

func recordLoginEnded(tx *db.Tx, who access.Customer, login id.ID) {
	audit.Record(tx, who, "login.ended", "login", login, signedInAs{who.ID}, nil)
}
