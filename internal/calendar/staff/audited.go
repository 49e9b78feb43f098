package staff

import (
	"encoding/json"
	"reflect"

	"reserva/internal/kit/id"
)

// facts are what the audit log keeps, which is never erased: the work and nothing
// about the person. Of the rest it has the names of the fields that changed.
type facts struct {
	OutletIDs            []id.ID         `json:"outlet_ids"`
	ServiceIDs           []id.ID         `json:"service_ids"`
	Services             []skill         `json:"services"`
	UserID               *id.ID          `json:"user_id"`
	Status               Status          `json:"status"`
	Position             string          `json:"position"`
	EmploymentType       string          `json:"employment_type"`
	Commission           json.RawMessage `json:"commission,omitempty"`
	IsBookable           bool            `json:"is_bookable"`
	AcceptsOnlineBooking bool            `json:"accepts_online_booking"`
	Changed              []string        `json:"changed,omitempty"`
}

func (r *row) facts() facts {
	return facts{
		OutletIDs: r.OutletIDs, ServiceIDs: r.gives(), Services: r.Gives, UserID: r.UserID, Status: r.Status, Position: r.Position,
		EmploymentType: r.EmploymentType, Commission: r.Commission, IsBookable: r.IsBookable, AcceptsOnlineBooking: r.AcceptsOnlineBooking,
	}
}

// since is the facts with the names of what else differs from an earlier row.
func (r *row) since(old *row) facts {
	f := r.facts()
	for _, field := range []struct {
		name     string
		was, now any
	}{
		{"first_name", old.FirstName, r.FirstName}, {"last_name", old.LastName, r.LastName}, {"display_name", old.DisplayName, r.DisplayName},
		{"email", old.Email, r.Email}, {"phone", old.Phone, r.Phone}, {"employee_id", old.EmployeeID, r.EmployeeID},
		{"hire_date", old.HireDate, r.HireDate}, {"birth_date", old.BirthDate, r.BirthDate},
		{"hourly_rate", old.HourlyRate, r.HourlyRate}, {"salary", old.Salary, r.Salary},
		{"max_advance_booking_days", old.MaxAdvanceBookingDays, r.MaxAdvanceBookingDays}, {"bio", old.Bio, r.Bio},
		{"profile_image_url", old.ProfileImageURL, r.ProfileImageURL}, {"instagram_handle", old.InstagramHandle, r.InstagramHandle},
		{"specialties", old.Specialties, r.Specialties}, {"certifications", old.Certifications, r.Certifications},
		{"years_experience", old.YearsExperience, r.YearsExperience},
	} {
		if !reflect.DeepEqual(field.was, field.now) {
			f.Changed = append(f.Changed, field.name)
		}
	}
	return f
}
