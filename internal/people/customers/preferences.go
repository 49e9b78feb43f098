package customers

import (
	"context"
	"regexp"
	"slices"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Preferences are what a customer likes, as customers and staff see them.
type Preferences struct {
	PreferredOutletID *id.ID        `json:"preferred_outlet_id"`
	PreferredStaffIDs []id.ID       `json:"preferred_staff_ids"`
	PreferredServices []id.ID       `json:"preferred_services"`
	Communication     Communication `json:"communication_preferences"`
	MarketingConsent  bool          `json:"marketing_consent"`
	Language          string        `json:"language" example:"en"`
	Timezone          string        `json:"timezone" example:"Asia/Jakarta"`
	Notes             string        `json:"notes"`
}

// Communication tells by which channels a customer wants to hear of the business.
type Communication struct {
	Email             bool `json:"email"`
	SMS               bool `json:"sms"`
	Push              bool `json:"push"`
	PushNotifications bool `json:"push_notifications" doc:"The same as push."`
	WhatsApp          bool `json:"whatsapp"`
}

// PreferencesChanges are the preferences to change; what is absent stays.
type PreferencesChanges struct {
	PreferredOutletID opt.Field[id.ID]     `json:"preferred_outlet_id,omitzero"`
	PreferredStaffIDs opt.Field[[]id.ID]   `json:"preferred_staff_ids,omitzero" maxItems:"50"`
	PreferredServices opt.Field[[]id.ID]   `json:"preferred_services,omitzero" maxItems:"50"`
	Communication     CommunicationChanges `json:"communication_preferences,omitzero"`
	MarketingConsent  opt.Field[bool]      `json:"marketing_consent,omitzero"`
	Language          opt.Field[string]    `json:"language,omitzero" maxLength:"35" example:"en" doc:"BCP 47."`
	Timezone          opt.Field[string]    `json:"timezone,omitzero" maxLength:"64" example:"Asia/Jakarta" doc:"A name of the IANA time zone database."`
	Notes             opt.Field[string]    `json:"notes,omitzero" maxLength:"500"`
}

// CommunicationChanges are the channels to change.
type CommunicationChanges struct {
	Email             opt.Field[bool] `json:"email,omitzero"`
	SMS               opt.Field[bool] `json:"sms,omitzero"`
	Push              opt.Field[bool] `json:"push,omitzero"`
	PushNotifications opt.Field[bool] `json:"push_notifications,omitzero" doc:"Another name of push."`
	WhatsApp          opt.Field[bool] `json:"whatsapp,omitzero"`
}

// likes is the stored form: only what was chosen, so that defaults may change.
type likes struct {
	OutletID *id.ID  `json:"outlet_id,omitempty"`
	StaffIDs []id.ID `json:"staff_ids,omitempty"`
	Services []id.ID `json:"services,omitempty"`
	Email    *bool   `json:"email,omitempty"`
	SMS      *bool   `json:"sms,omitempty"`
	Push     *bool   `json:"push,omitempty"`
	WhatsApp *bool   `json:"whatsapp,omitempty"`
	Language string  `json:"language,omitempty"`
	Timezone string  `json:"timezone,omitempty"`
	Notes    string  `json:"notes,omitempty"`
}

// Messages about a customer's own appointments go out unless refused; further
// channels are asked for.
func (l likes) view(marketing bool, timezone string) Preferences {
	push := or(l.Push, false)
	p := Preferences{
		PreferredOutletID: l.OutletID,
		PreferredStaffIDs: notNil(l.StaffIDs),
		PreferredServices: notNil(l.Services),
		Communication: Communication{
			Email: or(l.Email, true), SMS: or(l.SMS, true), Push: push, PushNotifications: push, WhatsApp: or(l.WhatsApp, false),
		},
		MarketingConsent: marketing,
		Language:         l.Language,
		Timezone:         l.Timezone,
		Notes:            l.Notes,
	}
	if p.Language == "" {
		p.Language = "en"
	}
	if p.Timezone == "" {
		p.Timezone = timezone
	}
	return p
}

var languagePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// apply changes l; path is where the preferences stand in the body.
func (ch PreferencesChanges) apply(c *checks, path string, l *likes) {
	ch.PreferredOutletID.ApplyPtr(&l.OutletID)
	ch.PreferredStaffIDs.Apply(&l.StaffIDs)
	ch.PreferredServices.Apply(&l.Services)
	l.StaffIDs, l.Services = distinct(l.StaffIDs), distinct(l.Services)
	ch.Communication.Email.ApplyPtr(&l.Email)
	ch.Communication.SMS.ApplyPtr(&l.SMS)
	ch.Communication.PushNotifications.ApplyPtr(&l.Push)
	ch.Communication.Push.ApplyPtr(&l.Push)
	ch.Communication.WhatsApp.ApplyPtr(&l.WhatsApp)
	ch.Language.Apply(&l.Language)
	if l.Language != "" && !languagePattern.MatchString(l.Language) {
		c.refuse(path+"language", "Must be a language tag such as en or id-ID.", "value_error")
	}
	ch.Timezone.Apply(&l.Timezone)
	if _, err := civil.Zone(l.Timezone); l.Timezone != "" && err != nil {
		c.refuse(path+"timezone", "Must be an IANA time zone.", "value_error")
	}
	if ch.Notes.Set {
		l.Notes = c.notes(path+"notes", ch.Notes.Value)
	}
}

// namesRows reports whether ids are named, which have to exist.
func (ch PreferencesChanges) namesRows() bool {
	return ch.PreferredOutletID.Set || ch.PreferredStaffIDs.Set || ch.PreferredServices.Set
}

type foundRows struct {
	Outlets  int `db:"outlets"`
	Staff    int `db:"staff"`
	Services int `db:"services"`
}

// checkExist answers ErrPreference unless the tenant has all that l names.
func (l likes) checkExist(ctx context.Context, tx *db.Tx) error {
	outlets := []id.ID{}
	if l.OutletID != nil {
		outlets = append(outlets, *l.OutletID)
	}
	found, err := db.One[foundRows](ctx, tx, `
		SELECT
			(SELECT count(*) FROM outlets WHERE tenant_id = $1 AND id = ANY ($2::text[]) AND deleted_at IS NULL) AS outlets,
			(SELECT count(*) FROM staff WHERE tenant_id = $1 AND id = ANY ($3::text[]) AND deleted_at IS NULL) AS staff,
			(SELECT count(*) FROM services WHERE tenant_id = $1 AND id = ANY ($4::text[]) AND deleted_at IS NULL) AS services`,
		tx.Tenant(), texts(outlets), texts(l.StaffIDs), texts(l.Services))
	if err != nil {
		return err
	}
	if found.Outlets != len(outlets) || found.Staff != len(l.StaffIDs) || found.Services != len(l.Services) {
		return ErrPreference
	}
	return nil
}

func or(b *bool, def bool) bool {
	if b == nil {
		return def
	}
	return *b
}

func notNil(ids []id.ID) []id.ID {
	if ids == nil {
		return []id.ID{}
	}
	return ids
}

func distinct(ids []id.ID) []id.ID {
	var out []id.ID
	for _, one := range ids {
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

func texts(ids []id.ID) []string {
	out := make([]string, len(ids))
	for i, one := range ids {
		out[i] = string(one)
	}
	return out
}
