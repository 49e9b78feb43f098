package api

import (
	"cmp"
	"slices"

	"reserva/internal/access"
)

// FaultRow is a line of the published list of errors.
type FaultRow struct {
	Code       string
	Status     int
	Message    string
	Operations []string // ids of the operations that name it themselves; empty for the implied
}

// Faults returns every fault of every endpoint, by code.
func (a *API) Faults() []FaultRow {
	rows := map[string]*FaultRow{}
	for _, e := range a.endpoints {
		for i, f := range e.faults() {
			row := rows[f.Code]
			if row == nil {
				row = &FaultRow{Code: f.Code, Status: f.Status(), Message: f.Message}
				rows[f.Code] = row
			}
			if i < len(e.op.Errors) && !slices.Contains(row.Operations, e.op.ID) {
				row.Operations = append(row.Operations, e.op.ID)
			}
		}
	}
	out := make([]FaultRow, 0, len(rows))
	for _, code := range sortedKeys(rows) {
		slices.Sort(rows[code].Operations)
		out = append(out, *rows[code])
	}
	return out
}

// PermissionRow is a line of the published permission table.
type PermissionRow struct {
	Method, Path, ID, Tag string
	Audience              Audience
	Requirement           access.Requirement // empty where nobody signs in as staff
	Roles                 []access.Role
}

// Permissions returns who may call what, aliases too, in the order of the paths.
func (a *API) Permissions() []PermissionRow {
	out := make([]PermissionRow, 0, len(a.endpoints))
	for _, e := range a.endpoints {
		for _, path := range append([]string{e.op.Path}, e.op.Aliases...) {
			out = append(out, PermissionRow{
				Method: e.op.Method, Path: Prefix + path, ID: e.op.ID, Tag: e.op.Tag,
				Audience: e.audience, Requirement: e.need, Roles: e.need.Roles(),
			})
		}
	}
	slices.SortFunc(out, func(a, b PermissionRow) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return out
}
