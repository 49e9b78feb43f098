package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// An account is the system's user that PostgreSQL runs as.
type account struct {
	uid, gid int
	foreign  bool // not the one we run as ourselves, which only root can arrange
}

// clusterOwner decides who runs the cluster at path: whoever owns it, since PostgreSQL accepts nobody else, and for a
// new one we ourselves, unless we are root.
func clusterOwner(path string) (account, error) {
	self := account{uid: os.Geteuid(), gid: os.Getegid()}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && self.uid != 0:
		return self, nil
	case errors.Is(err, fs.ErrNotExist):
		return systemAccount()
	case err != nil:
		return account{}, err
	}
	uid, gid := ownerOf(info)
	switch {
	case uid == self.uid && uid != 0:
		return self, nil
	case uid == 0:
		return account{}, fmt.Errorf("%s belongs to root, and PostgreSQL refuses to run as root; "+
			"give it back to its user with: chown -R postgres %s", path, path)
	case self.uid != 0:
		return account{}, fmt.Errorf("%s belongs to the user %s; start the server as that user or choose another data folder",
			path, userName(uid))
	}
	return account{uid: uid, gid: gid, foreign: true}, nil
}

// systemAccount is the user that the system's PostgreSQL package made for its servers.
func systemAccount() (account, error) {
	for _, name := range []string{"postgres", "_postgres"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(found.Uid)
		gid, err2 := strconv.Atoi(found.Gid)
		if err1 == nil && err2 == nil {
			return account{uid: uid, gid: gid, foreign: true}, nil
		}
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and there is no user named postgres to run it as; " +
		"make one with: useradd --system postgres, or start the server as an ordinary user")
}

// own makes path the account's, when it is not so by itself.
func (a account) own(path string) error {
	if !a.foreign {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// mayEnter says which folder on the way to dir the account cannot pass. PostgreSQL itself would only say that its
// folder does not exist.
func (a account) mayEnter(dir string) error {
	if !a.foreign {
		return nil
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return err
		}
		if !a.passes(info) {
			return fmt.Errorf("the user %s, who runs PostgreSQL, cannot enter %s (mode %v) on the way to the data folder %s; "+
				"allow it with chmod o+x %s, or choose another data folder", userName(a.uid), at, info.Mode().Perm(), dir, at)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}

// passes reads the execute bit that applies to the account.
func (a account) passes(info fs.FileInfo) bool {
	uid, gid := ownerOf(info)
	switch mode := info.Mode().Perm(); {
	case uid == a.uid:
		return mode&0o100 != 0
	case gid == a.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

func userName(uid int) string {
	if found, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return found.Username
	}
	return strconv.Itoa(uid)
}
