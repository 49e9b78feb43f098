package token

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// KeyFile is the name of the key file in the data folder.
const KeyFile = "keys.json"

// LoadOrCreate returns the Keys in dir, making the folder and the file on first use. Processes that start at once agree
// on one file: it appears whole, under its name, for the first of them only. A file that others may read is refused.
func LoadOrCreate(dir string) (*Keys, error) {
	path := filepath.Join(dir, KeyFile)
	k, err := load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if k, err = NewKeys(); err != nil {
		return nil, err
	}
	err = create(path, k)
	if errors.Is(err, fs.ErrExist) {
		return load(path)
	}
	return k, err
}

func load(path string) (*Keys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("token: others may read %s, which holds secrets: chmod 600 it", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	k, err := ParseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, path)
	}
	return k, nil
}

// create writes the file beside its place and links it there, which fails with fs.ErrExist when there is one already
// and, unlike a rename, never replaces it. What is written is on the disk before it has the name: keys that were used
// and then lost with the power would leave secrets that nobody can open.
func create(path string, k *Keys) error {
	data, err := k.Encode()
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+KeyFile+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(append(data, '\n'))
	if err == nil {
		err = temporary.Sync()
	}
	if err := errors.Join(err, temporary.Close()); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	if err := os.Link(temporary.Name(), path); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder puts a new name on the disk. Systems that cannot sync a folder do not need it.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && runtime.GOOS != "windows" {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}
