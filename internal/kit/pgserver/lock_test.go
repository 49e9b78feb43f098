//go:build unix

package pgserver

import (
	"errors"
	"syscall"
	"testing"
)

// A child has its parent's open files until it becomes another program.
func TestAFolderIsFreeAlthoughAChildIsBeingStarted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	childs, err := syscall.Dup(int(lock.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(childs) })
	if _, err := lockFolder(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("locked twice: %v", err)
	}
	unlockFolder(lock)
	again, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlockFolder(again)
	unlockFolder(nil) // of a start that did not get that far
}
