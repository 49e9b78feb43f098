//go:build linux || darwin || freebsd

package bench

import "syscall"

func freeAt(path string) uint64 {
	var found syscall.Statfs_t
	if syscall.Statfs(path, &found) != nil || found.Bavail < 0 {
		return 0
	}
	return uint64(found.Bavail) * uint64(found.Bsize)
}
