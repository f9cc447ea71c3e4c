// What is left to do when the container has ended: undo steps, mountpoints taken away, the exit status kept.
#include "kernel.h"
#include "supervisor.h"

#include <errno.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

// Opens a folder of the upper layer; a container may have put links in the way, which are not followed.
static int open_made(int upper, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	return (int)syscall(SYS_openat2, upper, path, &how, sizeof how);
}

// Takes an empty file or directory away and leaves its parent's times as they were.
static void remove_empty(int parent, const char *name)
{
	struct stat folder, about;
	if (fstat(parent, &folder) < 0 || fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	bool directory = S_ISDIR(about.st_mode);
	if (!directory && !(S_ISREG(about.st_mode) && about.st_size == 0))
		return;
	if (unlinkat(parent, name, directory ? AT_REMOVEDIR : 0) == 0) {
		struct timespec times[2] = {folder.st_atim, folder.st_mtim};
		futimens(parent, times);
	}
}

void ending_unmake(struct supervisor *supervisor)
{
	// Last made first: a folder is empty once what was made in it is gone.
	for (size_t i = supervisor->made_count; i-- > 0;) {
		char *path = supervisor->made[i] + (supervisor->made[i][0] == '/');
		char *slash = strrchr(path, '/');
		if (slash)
			*slash = 0;
		int parent = open_made(supervisor->upper, slash ? path : ".");
		if (parent < 0)
			continue;
		remove_empty(parent, slash ? slash + 1 : path);
		close(parent);
	}
}

void ending_steps(struct supervisor *supervisor, enum phase phase)
{
	struct plan *plan = &supervisor->plan;
	for (size_t i = 0; i < plan->count; i++)
		plan->steps[i].flags |= plan->steps[i].phase == phase ? STEP_OPTIONAL : 0;
	size_t failed;
	steps_run(&supervisor->context, plan, phase, &failed);
}

// oom FILE: v2's memory.events and v1's memory.oom_control both have a line "oom_kill N".
bool ending_oom(const struct plan *plan)
{
	const struct step *step = plan_find(plan, "oom");
	FILE *file = step ? fopen(step_text(step, 0), "re") : NULL;
	char name[64];
	long count;
	bool killed = false;
	while (file && fscanf(file, "%63s %ld", name, &count) == 2)
		killed |= strcmp(name, "oom_kill") == 0 && count > 0;
	if (file)
		fclose(file);
	return killed;
}

static void print_status(FILE *file, const struct supervisor *supervisor, int status)
{
	struct timespec now;
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *name = signal ? sigabbrev_np(signal) : NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(file, "{\"code\":%d,", signal ? 128 + signal : WEXITSTATUS(status));
	if (name)
		fprintf(file, "\"signal\":\"SIG%s\",", name);
	else if (signal)
		fprintf(file, "\"signal\":\"%d\",", signal);
	fprintf(file, "\"oomKilled\":%s,\"finishedAt\":%lld}\n", supervisor->oom_killed ? "true" : "false",
		(long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

void ending_record(struct supervisor *supervisor)
{
	int directory = supervisor->directory;
	int fd = openat(directory, "exit.json.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		return;
	print_status(file, supervisor, container_process(supervisor)->wait_status);
	if (fclose(file) == 0)
		renameat(directory, "exit.json.new", directory, "exit.json");
}

void ending_command(struct supervisor *supervisor)
{
	const struct step *command = plan_find(&supervisor->plan, "exit-command");
	// The starter's connection is still open here and would keep it waiting.
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (supervisor->clients[i].fd >= 0)
			client_drop(supervisor, &supervisor->clients[i]);
	if (command)
		step_command(&supervisor->context, command);
}
