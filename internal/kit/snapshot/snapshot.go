// Package snapshot keeps the state of something small in a JSON file: read when it
// begins, written a moment after each change, and beside its place first, so that
// whoever reads it finds the old or the new one. Who is killed loses that moment.
package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// saveEvery is how long changes are gathered before they are written.
const saveEvery = 100 * time.Millisecond

// Load reads a file into a value. An empty name or an absent file leaves it as it is.
func Load(file string, into any) error {
	if file == "" {
		return nil
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// Keeper writes a file whenever its value has changed.
type Keeper struct {
	file  string
	value func() ([]byte, error)
	dirty chan struct{} // buffered by one: something to save
}

// New returns the keeper of a file, which holds what value returns as JSON; with an
// empty name it keeps nothing.
func New(file string, value func() ([]byte, error)) *Keeper {
	return &Keeper{file: file, value: value, dirty: make(chan struct{}, 1)}
}

// Changed asks for the value to be saved. It does not wait.
func (k *Keeper) Changed() {
	select {
	case k.dirty <- struct{}{}:
	default:
	}
}

// Run saves what changed until life ends; the last change is left to Save.
func (k *Keeper) Run(life context.Context, log *slog.Logger) {
	if k.file == "" {
		return
	}
	for {
		select {
		case <-life.Done():
			return
		case <-k.dirty:
		}
		select {
		case <-life.Done():
			return
		case <-time.After(saveEvery):
		}
		if err := k.Save(); err != nil {
			log.Error("save a snapshot", "file", filepath.Base(k.file), "error", err)
		}
	}
}

// Save writes the value at once, for its owner's eyes only.
func (k *Keeper) Save() error {
	if k.file == "" {
		return nil
	}
	raw, err := k.value()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(k.file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(k.file), filepath.Base(k.file)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), k.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
