// Package gen writes the documents that are made from the product itself and kept
// beside its source: a change that alters one shows it in its diff, and a check
// finds those that nobody made anew.
//
//	api/openapi.yaml     every endpoint
//	docs/errors.md       every error code
//	docs/permissions.md  who may call what
//	docs/config.md       every setting
//	docs/schema.sql      the database after all migrations
package gen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"reserva/internal/app"
	"reserva/internal/config"
)

// All writes the documents below dir, the top folder of the source. Where there is
// no pg_dump the schema stays as it is, and the error says so at the end.
func All(ctx context.Context, dir string) error {
	a, err := app.Describe()
	if err != nil {
		return err
	}
	document, err := a.OpenAPI()
	if err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	files := map[string][]byte{
		"api/openapi.yaml":    document,
		"docs/errors.md":      errorsPage(a.Faults()),
		"docs/permissions.md": permissionsPage(a.Permissions()),
		"docs/config.md":      []byte(config.Markdown()),
	}
	schema, err := schemaDump(ctx)
	if err == nil {
		files["docs/schema.sql"] = schema
	}
	failures := []error{err}
	for name, content := range files {
		failures = append(failures, write(filepath.Join(dir, name), content))
	}
	return errors.Join(failures...)
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
