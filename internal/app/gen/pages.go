package gen

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
)

const generated = "<!-- Made by `make gen`; do not edit. -->\n\n"

// errorsPage lists every code with its status. Codes that any endpoint may answer
// with come first.
func errorsPage(rows []api.FaultRow) []byte {
	var b bytes.Buffer
	b.WriteString(generated + `# Errors

The body of an error is ` + "`{\"detail\", \"code\", \"request_id\"}`" + `. The code is stable; the text is for people and may change.
A 422 of an endpoint that takes input may carry a list of fields as ` + "`detail`" + `. The guest booking API answers
` + "`{\"statusCode\", \"message\"}`" + ` instead.
`)
	section := func(title string, own bool) {
		fmt.Fprintf(&b, "\n## %s\n\n| code | status | text | endpoints |\n| --- | --- | --- | --- |\n", title)
		for _, row := range rows {
			if (len(row.Operations) > 0) == own {
				fmt.Fprintf(&b, "| `%s` | %d | %s | %s |\n", row.Code, row.Status, cell(row.Message), codes(row.Operations))
			}
		}
	}
	section("Of any endpoint", false)
	section("Of some endpoints", true)
	return b.Bytes()
}

// permissionsPage lists every endpoint with its audience and the roles that may
// call it.
func permissionsPage(rows []api.PermissionRow) []byte {
	var b bytes.Buffer
	b.WriteString(generated + "# Who may call what\n\nRoles say what a staff user may do; an outlet manager, a receptionist and a staff member reach only their own outlets.\n")
	roles := access.Roles()
	b.WriteString("\n## Staff\n\n| endpoint | needs |")
	for _, role := range roles {
		fmt.Fprintf(&b, " %s |", role)
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" :-: |", len(roles)) + "\n")
	for _, row := range rows {
		if row.Requirement == "" {
			continue
		}
		fmt.Fprintf(&b, "| `%s %s` | %s |", row.Method, row.Path, row.Requirement)
		for _, role := range roles {
			mark := ""
			if slices.Contains(row.Roles, role) {
				mark = "yes"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## Everybody else\n\n| endpoint | audience |\n| --- | --- |\n")
	for _, row := range rows {
		if row.Requirement == "" {
			fmt.Fprintf(&b, "| `%s %s` | %s |\n", row.Method, row.Path, row.Audience)
		}
	}
	return b.Bytes()
}

func codes(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "`" + name + "`"
	}
	return strings.Join(quoted, ", ")
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
