package tenants

import (
	"strings"
	"unicode"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// trade is what a kind of business is offered to begin with.
type trade struct{ positions, categories []string }

// templates are the staff positions and service categories that a new tenant is
// offered. Categories are spelt in lower snake case and shown as titles.
func templates(businessType string) (positions, categories []string) {
	hair := []string{"haircut", "hair_coloring", "hair_treatment", "styling"}
	trades := map[string]trade{
		"beauty_salon":     {[]string{"Beautician", "Hair Stylist", "Nail Technician"}, append(hair, "nails", "facial", "waxing")},
		"hair_salon":       {[]string{"Hair Stylist", "Colorist", "Assistant"}, hair},
		"spa":              {[]string{"Massage Therapist", "Esthetician"}, []string{"massage", "facial", "body_treatment", "aromatherapy"}},
		"nail_salon":       {[]string{"Nail Technician", "Nail Artist"}, []string{"manicure", "pedicure", "nail_art", "nail_extensions"}},
		"barber_shop":      {[]string{"Barber", "Senior Barber"}, []string{"haircut", "shave", "beard", "styling"}},
		"medical_spa":      {[]string{"Doctor", "Nurse", "Esthetician"}, []string{"consultation", "injectables", "laser", "skin_care"}},
		"aesthetic_clinic": {[]string{"Doctor", "Nurse", "Therapist"}, []string{"consultation", "skin_care", "laser", "body_contouring"}},
		"wellness_center":  {[]string{"Therapist", "Instructor"}, []string{"massage", "yoga", "meditation", "nutrition"}},
		"makeup_studio":    {[]string{"Makeup Artist"}, []string{"makeup", "bridal", "lashes", "brows"}},
		"tattoo_studio":    {[]string{"Tattoo Artist", "Piercer"}, []string{"tattoo", "piercing", "touch_up", "consultation"}},
	}
	t := trades[businessType]
	return append([]string{"Manager", "Receptionist"}, t.positions...), append([]string{}, t.categories...)
}

// asTyped is the stored form of a line that is shown as it is.
func asTyped(line string) string { return line }

// Category is the stored form of a service category, in lower snake case: "Hair &
// Nails" is hair_nails. It is empty where there is neither letter nor digit.
func Category(line string) string {
	parts := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.Join(parts, "_")
}

// cleanTemplates trims the lines of a list, brings them into their form and drops
// repetitions. It reports whether all of them were fit to be shown in a list.
func cleanTemplates(list *opt.Field[[]string], form func(string) string) bool {
	seen := map[string]bool{}
	kept := []string{}
	for _, raw := range list.Value {
		line, err := text.Line(raw)
		if err != nil || line == "" || text.Length(line) > 100 {
			return false
		}
		if line = form(line); line == "" {
			return false
		}
		if !seen[line] {
			seen[line] = true
			kept = append(kept, line)
		}
	}
	if !list.Null && list.Set {
		list.Value = kept
	}
	return true
}

var errTemplates = fault.InvalidField("templates", "must be single lines of 1 to 100 characters")
