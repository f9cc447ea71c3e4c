// Mounts inside the container's root; every destination is resolved in that root first.
#include "kernel.h"
#include "root.h"
#include "steps.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

// Mounts by mount(2) on what fd refers to.
static int mount_on(int fd, const char *source, const char *type, unsigned long flags, const char *data)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return mount(source, path, type, flags, *data ? data : NULL);
}

// propagation FLAGS: of the whole mount namespace.
int step_propagation(struct context *context, const struct step *step)
{
	(void)context;
	return mount(NULL, "/", NULL, step_number(step, 0), NULL);
}

// A detached copy of the tree at fd with attributes changed, moved onto `onto`.
static int clone_onto(int fd, const char *path, int onto, bool recursive, struct mount_attr *attributes)
{
	unsigned depth = recursive ? AT_RECURSIVE : 0;
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | depth | (*path ? 0 : AT_EMPTY_PATH);
	int tree = sys_open_tree(fd, path, flags);
	if (tree < 0)
		return -1;
	bool change = attributes->attr_set || attributes->attr_clr;
	if ((change && sys_mount_setattr(tree, 0, attributes) < 0) || sys_move_mount(tree, onto) < 0) {
		int error = errno;
		close(tree);
		errno = error;
		return -1;
	}
	return tree;
}

// bind-root PATH TARGET: the root is a plain folder.
int step_bind_root(struct context *context, const struct step *step)
{
	struct mount_attr none = {0};
	int target = open(step_text(step, 1), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target < 0)
		return step_failed(context, step_text(step, 1));
	context->root = clone_onto(AT_FDCWD, step_text(step, 0), target, true, &none);
	close(target);
	return context->root < 0 ? step_failed(context, step_text(step, 0)) : 0;
}

// readonly-root: after all mountpoints are there.
int step_readonly_root(struct context *context, const struct step *step)
{
	(void)step;
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	return sys_mount_setattr(context->root, 0, &attributes);
}

// Whether path's last name is a link: kernel file systems that later steps rely on must lie where they are named.
static bool is_link(struct context *context, const char *path)
{
	struct stat about;
	int fd = root_open(context->root, path, O_PATH | O_NOFOLLOW);
	bool link = fd >= 0 && fstat(fd, &about) == 0 && S_ISLNK(about.st_mode);
	if (fd >= 0)
		close(fd);
	return link;
}

// mount DESTINATION TYPE SOURCE FLAGS DATA [STRICT]: STRICT refuses a destination that is a link.
int step_mount(struct context *context, const struct step *step)
{
	const char *destination = step_text(step, 0);
	if (step_number(step, 5) && is_link(context, destination)) {
		errno = ELOOP;
		return step_failed(context, destination);
	}
	int fd = root_destination(context, step, destination, true);
	if (fd < 0)
		return step_failed(context, destination);
	int result = mount_on(fd, step_text(step, 2), step_text(step, 1), step_number(step, 3), step_text(step, 4));
	int error = errno;
	close(fd);
	errno = error;
	return result < 0 ? step_failed(context, destination) : 0;
}

static int source_is_directory(const char *source, bool *directory)
{
	struct stat about;
	if (stat(source, &about) < 0)
		return -1;
	*directory = S_ISDIR(about.st_mode);
	return 0;
}

// mountpoint PATH [SOURCE]: made for one who mounts there later; a file where SOURCE is none of a directory.
int step_mountpoint(struct context *context, const struct step *step)
{
	bool directory = true;
	if (step->argc > 1 && source_is_directory(step_text(step, 1), &directory) < 0)
		return step_failed(context, step_text(step, 1));
	int fd = root_destination(context, step, step_text(step, 0), directory);
	if (fd < 0)
		return step_failed(context, step_text(step, 0));
	close(fd);
	return 0;
}

static int apply_propagation(int tree, uint64_t propagation, bool recursive)
{
	struct mount_attr attributes = {.propagation = propagation};
	return propagation ? sys_mount_setattr(tree, recursive ? AT_RECURSIVE : 0, &attributes) : 0;
}

// bind DESTINATION SOURCE RECURSIVE SET CLEAR PROPAGATION: mount_setattr's attributes of the top mount.
int step_bind(struct context *context, const struct step *step)
{
	const char *destination = step_text(step, 0), *source = step_text(step, 1);
	bool directory, recursive = step_number(step, 2) != 0;
	if (source_is_directory(source, &directory) < 0)
		return step_failed(context, source);
	int onto = root_destination(context, step, destination, directory);
	if (onto < 0)
		return step_failed(context, destination);
	struct mount_attr attributes = {.attr_set = step_number(step, 3), .attr_clr = step_number(step, 4)};
	int tree = clone_onto(AT_FDCWD, source, onto, recursive, &attributes);
	if (tree < 0 || apply_propagation(tree, step_number(step, 5), recursive) < 0)
		return step_failed(context, destination);
	close(tree);
	close(onto);
	return 0;
}

// propagate DESTINATION FLAGS
int step_propagate(struct context *context, const struct step *step)
{
	int fd = root_open(context->root, step_text(step, 0), O_PATH);
	if (fd < 0 || mount_on(fd, NULL, NULL, step_number(step, 1), "") < 0)
		return step_failed(context, step_text(step, 0));
	close(fd);
	return 0;
}

// mask PATH: what is there cannot be read; nothing to mask is fine.
int step_mask(struct context *context, const struct step *step)
{
	struct stat about;
	struct mount_attr none = {0};
	int fd = root_open(context->root, step_text(step, 0), O_PATH);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : step_failed(context, step_text(step, 0));
	int result = fstat(fd, &about);
	if (result == 0 && S_ISDIR(about.st_mode)) {
		result = mount_on(fd, "tmpfs", "tmpfs", MS_RDONLY, "size=4k,nr_inodes=1");
	} else if (result == 0) {
		int null = root_open(context->root, "/dev/null", O_PATH);
		int tree = null < 0 ? -1 : clone_onto(null, "", fd, false, &none);
		result = tree;
		close(tree);
		close(null);
	}
	close(fd);
	return result < 0 ? step_failed(context, step_text(step, 0)) : 0;
}

// readonly PATH: bound onto itself read-only, other attributes kept; nothing there is fine.
int step_readonly(struct context *context, const struct step *step)
{
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	int fd = root_open(context->root, step_text(step, 0), O_PATH);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : step_failed(context, step_text(step, 0));
	int tree = clone_onto(fd, "", fd, true, &attributes);
	if (tree < 0)
		return step_failed(context, step_text(step, 0));
	close(tree);
	close(fd);
	return 0;
}

// pivot: the root becomes "/", and the host's tree is gone from this namespace.
int step_pivot(struct context *context, const struct step *step)
{
	(void)step;
	if (fchdir(context->root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return -1;
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -1;
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	close(context->root);
	context->root = root;
	return 0;
}
