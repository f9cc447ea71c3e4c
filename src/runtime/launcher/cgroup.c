// Control groups: made, joined and removed; and commands run for an external runtime's leftovers.
#include "kernel.h"
#include "steps.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

// make-cgroup PATH
int step_make_cgroup(struct context *context, const struct step *step)
{
	int result = mkdir(step_text(step, 0), 0755);
	return result < 0 && errno != EEXIST ? step_failed(context, step_text(step, 0)) : 0;
}

static int open_member(int cgroup, const char *name, int flags)
{
	return openat(cgroup, name, flags | O_CLOEXEC | O_NOFOLLOW);
}

int cgroup_join(const char *path, pid_t pid)
{
	int cgroup = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int procs = cgroup < 0 ? -1 : open_member(cgroup, "cgroup.procs", O_WRONLY);
	int result = procs < 0 || dprintf(procs, "%d", pid) < 0 ? -1 : 0;
	int error = errno;
	if (procs >= 0)
		close(procs);
	if (cgroup >= 0)
		close(cgroup);
	errno = error;
	return result;
}

// join-cgroups: the supervisor puts this process into its groups while it makes its mounts, as a first move takes the kernel
// 10 to 20 ms; here it waits for the outcome.
int step_join_cgroups(struct context *context, const struct step *step)
{
	struct join_outcome outcome = {0};
	(void)step;
	if (recv(context->status, &outcome, sizeof outcome, 0) != (ssize_t)sizeof outcome) {
		errno = ECHILD;
		return -1;
	}
	errno = outcome.error;
	return outcome.error ? step_failed(context, outcome.cgroup) : 0;
}

// Kills what is still in a cgroup: at once on v2, process by process on v1.
static void kill_members(int cgroup)
{
	int kill_file = open_member(cgroup, "cgroup.kill", O_WRONLY);
	if (kill_file >= 0) {
		(void)!write(kill_file, "1", 1);
		close(kill_file);
		return;
	}
	int procs = open_member(cgroup, "cgroup.procs", O_RDONLY);
	FILE *list = procs < 0 ? NULL : fdopen(procs, "r");
	int pid;
	while (list && fscanf(list, "%d", &pid) == 1)
		if (pid > 0)
			kill(pid, SIGKILL);
	if (list)
		fclose(list);
}

// Removes a cgroup with those below it; depth bounds what a container can make us descend.
static int remove_tree(int parent, const char *name, int depth)
{
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	int cgroup = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (cgroup < 0)
		return -1;
	kill_members(cgroup);
	DIR *entries = depth > 0 ? fdopendir(cgroup) : NULL;
	if (!entries)
		close(cgroup);
	struct dirent *entry;
	while (entries && (entry = readdir(entries)) != NULL)
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			remove_tree(cgroup, entry->d_name, depth - 1);
	if (entries)
		closedir(entries);
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}

// remove-cgroup PATH: its processes are killed; they may take a moment to be gone.
int step_remove_cgroup(struct context *context, const struct step *step)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	for (int tries = 0; tries < 500; tries++) {
		if (remove_tree(AT_FDCWD, step_text(step, 0), 32) == 0)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return step_failed(context, step_text(step, 0));
}

// command PROGRAM ARGUMENT...: run to its end; a status other than 0 is a failure.
int step_command(struct context *context, const struct step *step)
{
	static char *environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		sys_close_range_on_exec(3);
		execve(step_text(step, 0), step->argv, environment);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return step_failed(context, step_text(step, 0));
	if (status == 0)
		return 0;
	errno = ECHILD;
	return step_failed(context, step_text(step, 0));
}
