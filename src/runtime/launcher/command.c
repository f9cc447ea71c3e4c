// The last steps: environment, working directory, and the command found on its PATH.
#include "init.h"
#include "kernel.h"
#include "root.h"
#include "steps.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

// environment NAME=VALUE...
int step_environment(struct context *context, const struct step *step)
{
	context->environment = step->argv;
	return 0;
}

// make-cwd PATH: a missing working directory is made, as OCI runtimes do.
int step_make_cwd(struct context *context, const struct step *step)
{
	int fd = root_destination(context, step, step_text(step, 0), true);
	if (fd < 0)
		return step_failed(context, step_text(step, 0));
	close(fd);
	return 0;
}

// cwd PATH: tried before and again after the change of user; each may be the one with access.
int step_cwd(struct context *context, const struct step *step)
{
	if (context->cwd_done)
		return 0;
	if (chdir(step_text(step, 0)) < 0)
		return step_failed(context, step_text(step, 0));
	context->cwd_done = true;
	return 0;
}

static const char *search_path(char **environment)
{
	for (char **entry = environment; entry && *entry; entry++)
		if (strncmp(*entry, "PATH=", 5) == 0)
			return *entry + 5;
	return "";
}

static bool is_file(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && !S_ISDIR(about.st_mode);
}

static bool is_executable(const char *path)
{
	return is_file(path) && access(path, X_OK) == 0;
}

// The first executable file of that name on the PATH, as Go's exec.LookPath finds it.
static int find_command(const char *name, const char *search, char found[PATH_MAX])
{
	while (*search) {
		int size = (int)strcspn(search, ":");
		int length = snprintf(found, PATH_MAX, "%.*s%s%s", size, search, size ? "/" : "", name);
		if (length < PATH_MAX && is_executable(found))
			return 0;
		search += size + (search[size] == ':');
	}
	errno = ENOENT;
	return -1;
}

static int run(struct context *context, const char *path, char **arguments)
{
	struct stat about;
	static char *none[] = {NULL};
	if (sys_close_range_on_exec(3) < 0 && errno != ENOSYS)
		return -1;
	execve(path, arguments, context->environment ? context->environment : none);
	int error = errno;
	if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
		error = EISDIR;
	// ENOENT though the file is there: its interpreter is what is missing.
	else if (error == ENOENT && is_file(path))
		error = ELIBACC;
	errno = error;
	return step_failed(context, path);
}

// exec ARGUMENT...: does not return where it succeeds; as an init, the command runs in a child.
int step_exec(struct context *context, const struct step *step)
{
	char found[PATH_MAX];
	const char *path = step_text(step, 0);
	if (step->argc == 0 || !*path) {
		errno = EINVAL;
		return -1;
	}
	if (!strchr(path, '/')) {
		if (find_command(path, search_path(context->environment), found) < 0) {
			errno = ENOKEY;
			return step_failed(context, path);
		}
		path = found;
	}
	if (context->init && init_split(context) < 0)
		return -1;
	return run(context, path, step->argv);
}
