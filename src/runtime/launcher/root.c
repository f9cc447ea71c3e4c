// Resolves and makes paths inside the container's root with openat2(RESOLVE_IN_ROOT).
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int root_open(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd;
	// EAGAIN: a rename elsewhere raced with a "..", which the kernel asks to retry.
	do
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd < 0 && errno == EAGAIN);
	return fd;
}

// Tells the supervisor where a mountpoint was made, by the path the kernel knows it under, relative to the root.
static void note_made(struct context *context, int parent, const char *name)
{
	char link[64], root[PATH_MAX], path[PATH_MAX];
	snprintf(link, sizeof link, "/proc/self/fd/%d", context->root);
	ssize_t root_size = readlink(link, root, sizeof root);
	snprintf(link, sizeof link, "/proc/self/fd/%d", parent);
	ssize_t size = readlink(link, path, sizeof path - 1);
	if (root_size < 0 || size < root_size)
		return;
	if (root_size == 1)
		root_size = 0;
	path[size] = 0;
	char made[PATH_MAX + NAME_MAX + 2];
	snprintf(made, sizeof made, "%s/%s", path + root_size, name);
	status_made(context->status, made);
}

// Makes one name in a directory, and leaves the directory's times as they were.
static int make(struct context *context, bool transient, int parent, const char *name, bool directory)
{
	struct stat before;
	int here = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (here < 0 || fstat(here, &before) < 0)
		return -1;
	int result = directory ? mkdirat(here, name, 0755)
			       : openat(here, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (result >= 0) {
		struct timespec times[2] = {before.st_atim, before.st_mtim};
		futimens(here, times);
		if (transient)
			note_made(context, here, name);
		if (!directory)
			close(result);
	}
	int error = errno;
	close(here);
	errno = error;
	return result < 0 && error != EEXIST ? -1 : 0;
}

// Opens the directory `path`, making what is missing of it, from the deepest part that is there.
static int open_directory(struct context *context, bool transient, char *path)
{
	int fd = root_open(context->root, *path ? path : "/", O_PATH | O_DIRECTORY);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (!*name || strcmp(name, "..") == 0) {
		errno = ENOENT;
		return -1;
	}
	if (slash)
		*slash = 0;
	int parent = open_directory(context, transient, slash ? path : path + strlen(path));
	if (slash)
		*slash = '/';
	if (parent < 0)
		return -1;
	// A dangling link is there and leads nowhere: EEXIST, and the second open says ENOENT.
	int made = make(context, transient, parent, name, true);
	close(parent);
	return made < 0 ? -1 : root_open(context->root, path, O_PATH | O_DIRECTORY);
}

static int copy_path(const char *path, char copy[PATH_MAX])
{
	size_t size = strlen(path);
	if (size == 0 || size >= PATH_MAX) {
		errno = size ? ENAMETOOLONG : EINVAL;
		return -1;
	}
	memcpy(copy, path, size + 1);
	while (size > 1 && copy[size - 1] == '/')
		copy[--size] = 0;
	return 0;
}

static int open_parent(struct context *context, bool transient, const char *path, const char **name)
{
	char copy[PATH_MAX];
	if (copy_path(path, copy) < 0)
		return -1;
	char *slash = strrchr(copy, '/');
	size_t start = slash ? (size_t)(slash - copy) + 1 : 0;
	if (slash)
		*slash = 0;
	*name = path + start;
	return open_directory(context, transient, slash ? copy : copy + strlen(copy));
}

int root_open_parent(struct context *context, const char *path, const char **name)
{
	return open_parent(context, false, path, name);
}

// Replaces path by what the link `name` in `parent` points to; false when it is no link.
static bool follow(int parent, const char *name, char path[PATH_MAX])
{
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t size = readlinkat(parent, name, target, sizeof target - 1);
	if (size <= 0)
		return false;
	target[size] = 0;
	int folder = (int)(name - path);
	int length = snprintf(joined, sizeof joined, "%.*s%s", *target == '/' ? 0 : folder, path, target);
	return length < PATH_MAX && copy_path(joined, path) == 0;
}

// One try: 0 and *fd when the destination is there now, 1 when path was a dangling link and is now its target.
static int make_or_follow(struct context *context, const struct step *step, char path[PATH_MAX], bool directory, int *fd)
{
	bool transient = (step->flags & STEP_TRANSIENT) != 0;
	*fd = root_open(context->root, path, O_PATH);
	if (*fd >= 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	const char *name;
	int parent = open_parent(context, transient, path, &name);
	if (parent < 0)
		return -1;
	int result = follow(parent, name, path) ? 1 : make(context, transient, parent, name, directory);
	close(parent);
	if (result == 0)
		*fd = root_open(context->root, path, O_PATH);
	return result == 0 && *fd < 0 ? -1 : result;
}

int root_destination(struct context *context, const struct step *step, const char *path, bool directory)
{
	char copy[PATH_MAX];
	if (copy_path(path, copy) < 0)
		return -1;
	for (int links = 0; links < 40; links++) {
		int fd;
		int result = make_or_follow(context, step, copy, directory, &fd);
		if (result <= 0)
			return result < 0 ? -1 : fd;
	}
	errno = ELOOP;
	return -1;
}
