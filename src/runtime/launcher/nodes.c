// Directories, device nodes, links and names of the container, and files of the kernel written on its behalf.
#include "kernel.h"
#include "root.h"
#include "steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int finish(struct context *context, const struct step *step, int fd, int result)
{
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return result < 0 ? step_failed(context, step_text(step, 0)) : 0;
}

// directory PATH MODE UID GID: made where there is none.
int step_directory(struct context *context, const struct step *step)
{
	const char *name;
	int parent = root_open_parent(context, step_text(step, 0), &name);
	int result = parent < 0 ? -1 : mkdirat(parent, name, (mode_t)step_number(step, 1));
	if (result == 0)
		result = fchownat(parent, name, (uid_t)step_number(step, 2), (gid_t)step_number(step, 3), AT_SYMLINK_NOFOLLOW);
	else if (parent >= 0 && errno == EEXIST)
		result = 0;
	return finish(context, step, parent, result);
}

static mode_t type_bits(const char *type)
{
	return *type == 'b' ? S_IFBLK : *type == 'p' ? S_IFIFO : S_IFCHR;
}

// The host's node of that path, where making nodes is not allowed (nested containers).
static int bind_node(struct context *context, const char *path)
{
	int onto = root_open(context->root, path, O_PATH | O_NOFOLLOW);
	int tree = onto < 0 ? -1 : sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	int result = tree < 0 ? -1 : sys_move_mount(tree, onto);
	if (tree >= 0)
		close(tree);
	if (onto >= 0)
		close(onto);
	return result;
}

// device PATH TYPE MODE MAJOR MINOR UID GID
int step_device(struct context *context, const struct step *step)
{
	const char *name, *path = step_text(step, 0);
	int parent = root_open_parent(context, path, &name);
	if (parent < 0)
		return step_failed(context, path);
	mode_t mode = (mode_t)step_number(step, 2);
	dev_t number = makedev((unsigned)step_number(step, 3), (unsigned)step_number(step, 4));
	int result = mknodat(parent, name, type_bits(step_text(step, 1)) | mode, number);
	if (result == 0) {
		result = fchownat(parent, name, (uid_t)step_number(step, 5), (gid_t)step_number(step, 6), AT_SYMLINK_NOFOLLOW);
		if (result == 0)
			result = fchmodat(parent, name, mode, 0);
	} else if (errno == EPERM) {
		int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
		result = fd < 0 ? -1 : bind_node(context, path);
		if (fd >= 0)
			close(fd);
	}
	return finish(context, step, parent, result);
}

// symlink PATH TARGET: what is there stays.
int step_symlink(struct context *context, const struct step *step)
{
	const char *name;
	int parent = root_open_parent(context, step_text(step, 0), &name);
	int result = parent < 0 ? -1 : symlinkat(step_text(step, 1), parent, name);
	if (parent >= 0 && result < 0 && errno == EEXIST)
		result = 0;
	return finish(context, step, parent, result);
}

static int write_file(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t written = write(fd, text, size);
	int error = errno;
	close(fd);
	errno = error;
	return written == (ssize_t)size ? 0 : -1;
}

// write PATH TEXT: an existing file of the host, in one write.
int step_write(struct context *context, const struct step *step)
{
	if (step->argc < 2) {
		errno = EINVAL;
		return -1;
	}
	int result = write_file(step->argv[0], step->argv[1], step->sizes[1]);
	return result < 0 ? step_failed(context, step->argv[0]) : 0;
}

// hostname NAME
int step_hostname(struct context *context, const struct step *step)
{
	return sethostname(step_text(step, 0), strlen(step_text(step, 0))) < 0 ? step_failed(context, step_text(step, 0)) : 0;
}

// domainname NAME
int step_domainname(struct context *context, const struct step *step)
{
	return setdomainname(step_text(step, 0), strlen(step_text(step, 0))) < 0 ? step_failed(context, step_text(step, 0)) : 0;
}
