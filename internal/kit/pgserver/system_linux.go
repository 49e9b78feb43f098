package pgserver

import "syscall"

// attributes are those of a child that runs as owner and receives a signal when the thread that started it is gone.
func attributes(owner account, whenOrphaned syscall.Signal) *syscall.SysProcAttr {
	attr := separate(owner)
	attr.Pdeathsig = whenOrphaned
	return attr
}

// memoryFolder is a folder kept in memory with that many bytes free, empty if there is none.
func memoryFolder(free uint64) string {
	const (
		path       = "/dev/shm"
		tmpfsMagic = 0x01021994
	)
	var stat syscall.Statfs_t
	if err := syscall.Statfs(path, &stat); err != nil || stat.Type != tmpfsMagic {
		return ""
	}
	if stat.Bavail*uint64(stat.Bsize) < free || syscall.Access(path, 0o3) != nil { // to write and to enter
		return ""
	}
	return path
}
