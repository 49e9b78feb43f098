package maya

import "strings"

func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }

func first(candidates ...string) string {
	for _, s := range candidates {
		if s != "" {
			return s
		}
	}
	return ""
}
