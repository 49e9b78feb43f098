//go:build linux || darwin || freebsd

package bench

import "syscall"

func freeAt(path string) uint64 {
	var found syscall.Statfs_t
	if syscall.Statfs(path, &found) != nil {
		return 0
	}
	return uint64(max(int64(found.Bavail), 0)) * uint64(found.Bsize)
}
