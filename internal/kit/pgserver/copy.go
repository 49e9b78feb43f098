package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// copyCluster fills a new cluster from a stopped server's data folder, whose lock it shares meanwhile: several may copy
// at once, and none while a server runs there.
func copyCluster(ctx context.Context, template string, c cluster) error {
	if c.exists() {
		return fmt.Errorf("%s holds a cluster already", filepath.Dir(c.path))
	}
	from := filepath.Join(template, "postgres")
	if majorOf(from) != c.programs.major {
		return otherMajor(from, majorOf(from), []programs{c.programs})
	}
	lock, err := shareFolder(template)
	if err != nil {
		return err
	}
	defer unlockFolder(lock)
	return c.build(func(folder string) error {
		if err := copyFolder(ctx, from, folder, c.owner); err != nil || c.ephemeral {
			return err
		}
		return c.sync(ctx, folder)
	})
}

// copyFolder copies what a cluster consists of, folders and plain files, into an empty folder. Modes are kept; the
// owner is the one given.
func copyFolder(ctx context.Context, from, to string, owner account) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || name == "." {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case entry.IsDir():
			err = os.Mkdir(target, info.Mode().Perm())
		case entry.Type().IsRegular():
			err = copyFile(path, target, info.Mode().Perm())
		default:
			err = fmt.Errorf("%s is neither a file nor a folder: a cluster with tablespaces cannot be copied", path)
		}
		if err != nil {
			return err
		}
		return owner.own(target)
	})
}

// copyFile leaves the work to the kernel where it can: io between two files uses copy_file_range, which shares blocks
// on file systems that know how.
func copyFile(from, to string, mode fs.FileMode) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = out.ReadFrom(in)
	return err
}
