package config

import (
	"fmt"
	"strings"
)

// Markdown is the reference page of all settings.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`# Settings

Each setting is an environment variable or a flag; a flag goes before. A blank value counts as absent. Nothing needs to
be set: without any, ` + "`reserva`" + ` runs for development on ` + "`localhost:8080`" + ` with a database of its own.

All mistakes are reported at once, each by the name of its variable, and the server does not start. Secrets are better
given as variables: other users of the machine can read the flags of a process.
`)
	group := ""
	for _, s := range settings() {
		if s.group != group {
			group = s.group
			fmt.Fprintf(&b, "\n## %s\n\n| variable | flag | default | meaning |\n| --- | --- | --- | --- |\n", group)
		}
		fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s |\n", s.variable, s.flag, cell(s.shownDefault()), cell(s.help))
	}
	b.WriteString(`
## Several servers on one database

Give all of them the same ` + "`RESERVA_DATABASE_URL`" + ` and the same keys: copy ` + "`keys.json`" + ` from the data folder of the first
and name it in ` + "`RESERVA_KEYS_FILE`" + `, or put its content into ` + "`RESERVA_KEYS`" + `. Without the keys that made them, access
tokens are refused, and one-time codes and the stored credentials of payment providers cannot be read.
`)
	return b.String()
}

func (s setting) shownDefault() string {
	if s.byDefault != "" {
		return "`" + s.byDefault + "`"
	}
	return s.fallback
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
