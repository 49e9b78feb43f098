package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// saveEvery is how long changes are gathered before they are written. A simulator that is killed loses as much.
const saveEvery = 100 * time.Millisecond

// load reads a snapshot; an empty name or an absent file is an empty state.
func load(file string) (state, error) {
	st := state{Books: map[string]*book{}, Owners: map[string]string{}}
	if file == "" {
		return st, nil
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &st)
	}
	if err != nil {
		return state{}, fmt.Errorf("maya simulator: snapshot: %w", err)
	}
	return st, nil
}

// changed asks for the state to be saved. The lock is held.
func (s *Simulator) changed() {
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

func (s *Simulator) saveWhenDirty() {
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.dirty:
		}
		select {
		case <-s.life.Done():
			return // Close saves
		case <-time.After(saveEvery):
		}
		if err := s.save(); err != nil {
			s.log.Error("maya simulator: saving", "error", err)
		}
	}
}

// save writes the snapshot beside its place and renames it, so that a reader sees the old or the new one.
func (s *Simulator) save() error {
	if s.file == "" {
		return nil
	}
	s.mu.Lock()
	raw, err := json.Marshal(s.state)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(s.file), filepath.Base(s.file)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), s.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
