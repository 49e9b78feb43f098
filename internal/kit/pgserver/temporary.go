package pgserver

import (
	"os"
	"path/filepath"
	"time"
)

const temporaryPrefix = "reserva-temporary-"

// memoryWanted is how much must be free in a memory file system before an ephemeral cluster, of some 40 MB when new,
// goes there. It is far more than one needs: containers often give such a file system 64 MB.
const memoryWanted = 1 << 30

// makeTemporary makes the folder of an ephemeral server, in memory if there is room: a cluster is a thousand small
// files, and ext4 takes up to a second to make them where as many were removed in the last minutes, as tests do.
func makeTemporary() (string, error) {
	parent := memoryFolder(memoryWanted)
	if parent == "" {
		parent = os.TempDir()
	}
	sweep(parent)
	dir, err := os.MkdirTemp(parent, temporaryPrefix)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, folderMode())
}

// sweep removes what killed processes left: temporary folders that nobody has locked. A young one is left alone, for it
// may be about to be locked.
func sweep(parent string) {
	locks, _ := filepath.Glob(filepath.Join(parent, temporaryPrefix+"*", "lock"))
	for _, path := range locks {
		info, err := os.Lstat(path)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if uid, _ := ownerOf(info); uid != os.Geteuid() {
			continue
		}
		lock, err := lockFolder(filepath.Dir(path))
		if err != nil {
			continue
		}
		os.RemoveAll(filepath.Dir(path))
		unlockFolder(lock)
	}
}
