//go:build !unix

package pgserver

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Every start takes the lock first, so it ends here.
func lockFolder(string) (*os.File, error) {
	return nil, errors.New("a private PostgreSQL needs Linux, macOS or BSD; on this system set RESERVA_DATABASE_URL")
}

func unlockFolder(*os.File) {}

func shareFolder(dir string) (*os.File, error) { return lockFolder(dir) }

func ownerOf(fs.FileInfo) (uid, gid int) { return -1, -1 }

func terminate(int, syscall.Signal) error { return errors.ErrUnsupported }

func attributes(account, syscall.Signal) *syscall.SysProcAttr { return nil }

func memoryFolder(uint64) string { return "" }
