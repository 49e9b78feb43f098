//go:build unix

package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockFolder takes the data folder for this process. The kernel frees it when the process ends, however it ends; the
// file stays, for removing it would let two processes hold two files of that name.
func lockFolder(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := flock(file, syscall.LOCK_EX); err != nil {
		return nil, err
	}
	if err := errors.Join(file.Truncate(0), writeAt(file, fmt.Sprintln(os.Getpid()))); err != nil {
		file.Close()
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return file, nil
}

// unlockFolder frees the data folder at once; nil is no lock. To close the file would not do: a child that this process
// is about to start has it too, until it becomes another program.
func unlockFolder(lock *os.File) {
	if lock == nil {
		return
	}
	_ = syscall.Flock(int(lock.Fd()), syscall.LOCK_UN) // closing it frees the folder as well, if later
	lock.Close()
}

// shareFolder holds off a server on dir while it is read.
func shareFolder(dir string) (*os.File, error) {
	file, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return file, flock(file, syscall.LOCK_SH)
}

// flock closes the file when another process has the lock.
func flock(file *os.File, how int) error {
	err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if err == nil {
		return nil
	}
	defer file.Close()
	dir := filepath.Dir(file.Name())
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("locking the data folder %s: %w", dir, err)
	}
	by := ""
	if holder, _ := os.ReadFile(file.Name()); len(holder) > 0 {
		by = " by process " + strings.TrimSpace(string(holder))
	}
	return fmt.Errorf("%w: %s%s; stop that server or choose another data folder", ErrInUse, dir, by)
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

func ownerOf(info fs.FileInfo) (uid, gid int) {
	stat := info.Sys().(*syscall.Stat_t)
	return int(stat.Uid), int(stat.Gid)
}

func terminate(pid int, signal syscall.Signal) error { return syscall.Kill(pid, signal) }

// separate gives the child its own process group, so that Ctrl-C reaches us alone and we stop it in our own time.
func separate(owner account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if owner.foreign {
		attr.Credential = &syscall.Credential{Uid: uint32(owner.uid), Gid: uint32(owner.gid)}
	}
	return attr
}
