package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/pgserver"
)

// templateFolder is the data folder of a stopped server with a migrated database,
// from which the servers of tests are copied. It is made once for each version of
// the schema and of PostgreSQL, by whoever needs it first.
func templateFolder(ctx context.Context) (string, error) {
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	name, err := templateName(ctx)
	if err != nil {
		return "", err
	}
	lock, err := waitLock(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	folder := filepath.Join(cache, name)
	now := time.Now()
	if os.Chtimes(folder, now, now) == nil {
		return folder, nil
	}
	removeOldTemplates(cache)
	return folder, makeTemplate(ctx, folder)
}

func cacheFolder() (string, error) {
	parent, err := os.UserCacheDir()
	if err != nil {
		parent = os.TempDir()
	}
	cache := filepath.Join(parent, "reserva-test")
	return cache, os.MkdirAll(cache, 0o700)
}

var serverVersion = regexp.MustCompile(`\d[\w.]*`)

// templateName tells versions of the schema and of PostgreSQL apart.
func templateName(ctx context.Context) (string, error) {
	hash, err := db.MigrationsHash()
	if err != nil {
		return "", err
	}
	bin, err := pgserver.Find()
	if err != nil {
		return "", err
	}
	said, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask PostgreSQL for its version: %w", err)
	}
	return fmt.Sprintf("pg%s-%s", serverVersion.Find(said), hash), nil
}

// makeTemplate works in the temporary folder, since the user that runs PostgreSQL
// for root may not be able to enter the cache, and gives the result its name last.
func makeTemplate(ctx context.Context, folder string) (err error) {
	work := filepath.Join(os.TempDir(), "reserva-template-"+string(id.Random()))
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	server, err := pgserver.Start(ctx, pgserver.Options{Dir: work, Ephemeral: true})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Migrate(ctx, server.URL("")), server.Stop(ctx)); err != nil {
		return fmt.Errorf("prepare the database of the tests: %w", err)
	}
	unfinished := folder + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := os.CopyFS(unfinished, os.DirFS(work)); err != nil {
		return fmt.Errorf("keep the database of the tests: %w", err)
	}
	return os.Rename(unfinished, folder)
}

// removeOldTemplates frees the space of schemas that nobody has tested for a week.
func removeOldTemplates(cache string) {
	folders, _ := filepath.Glob(filepath.Join(cache, "pg*"))
	for _, folder := range folders {
		if info, err := os.Stat(folder); err == nil && time.Since(info.ModTime()) > 7*24*time.Hour {
			_ = os.RemoveAll(folder)
		}
	}
}

// waitLock locks a file until it is closed, or its process ends.
func waitLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	return file, nil
}
