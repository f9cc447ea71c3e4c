// Makes processes: the container's in new namespaces (clone3), an exec's in the container's (setns, then clone3).
#include "kernel.h"
#include "supervisor.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static pid_t clone_process(uint64_t flags, int signal, int *pidfd, int cgroup)
{
	struct clone_args args = {.flags = flags, .exit_signal = (uint64_t)signal};
	if (pidfd) {
		args.flags |= CLONE_PIDFD;
		args.pidfd = (uint64_t)(uintptr_t)pidfd;
	}
	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

// The unified cgroup to be born in; -1 where the plan names none.
static int open_cgroup(const struct plan *plan)
{
	const struct step *step = plan_find(plan, "cgroup");
	return step ? open(step_text(step, 0), O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

// Streams and the status channel, which becomes descriptor 3, and those up to `last`: nothing else of the supervisor's stays open.
static int close_others(int status, int last)
{
	if (status != 3 && dup3(status, 3, O_CLOEXEC) < 0)
		return status;
	syscall(SYS_close_range, last + 1, ~0u, 0);
	return 3;
}

static void become_child(const int streams[3])
{
	sigset_t none;
	setsid();
	for (int fd = 0; fd < 3; fd++)
		if (streams[fd] >= 0)
			dup2(streams[fd], fd);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void run_child(struct context *context, const struct plan *plan)
{
	size_t failed = 0;
	if (steps_run(context, plan, PHASE_CHILD, &failed) < 0)
		status_failed(context->status, failed, plan->steps[failed].name, errno, context->detail);
	_exit(127);
}

int spawn_child(const struct plan *plan, struct process *process, const int streams[3], int status)
{
	const struct step *namespaces = plan_find(plan, "namespaces");
	int cgroup = open_cgroup(plan);
	pid_t pid = clone_process(namespaces ? step_number(namespaces, 0) : 0, SIGCHLD, &process->pidfd, cgroup);
	if (pid == 0) {
		become_child(streams);
		int last = plan_find(plan, "serve") ? SERVED_JOBS : 3;
		struct context context = {
			.root = AT_FDCWD, .status = close_others(status, last), .container = plan, .init = plan_find(plan, "init") != NULL};
		run_child(&context, plan);
	}
	int error = errno;
	if (cgroup >= 0)
		close(cgroup);
	process->pid = pid;
	errno = error;
	return pid < 0 ? -1 : 0;
}

// Puts a process, 0 for this one, into the v1 cgroups of the container; the path of the one that failed, or NULL.
static const char *join_cgroups(const struct plan *plan, pid_t pid)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		if (strcmp(step->name, "v1-cgroup") == 0 && cgroup_join(step_text(step, 0), pid) < 0)
			return step_text(step, 0);
	}
	return NULL;
}

void spawn_join(const struct plan *plan, const struct process *process)
{
	struct join_outcome outcome = {0};
	if (!plan_find(plan, "join-cgroups"))
		return;
	const char *failed = join_cgroups(plan, process->pid);
	if (failed) {
		outcome.error = errno;
		snprintf(outcome.cgroup, sizeof outcome.cgroup, "%s", failed);
	}
	// A process that has ended meanwhile has said why.
	(void)!send(process->status, &outcome, sizeof outcome, MSG_NOSIGNAL);
}

static int enter(struct supervisor *supervisor, struct context *context)
{
	const int spaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
	// Before the container's namespaces hide them.
	const char *failed = join_cgroups(&supervisor->plan, 0);
	if (failed)
		return step_failed(context, failed);
	if (setns(container_process(supervisor)->pidfd, spaces) < 0)
		return step_failed(context, "entering the container's namespaces");
	context->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return context->root < 0 ? -1 : 0;
}

// A process enters its own children only into a PID namespace: the helper makes the real one as a child of the supervisor.
_Noreturn static void run_helper(struct supervisor *supervisor, struct process *process, const int streams[3], int status)
{
	struct context context = {.root = AT_FDCWD, .status = status, .container = &supervisor->plan};
	become_child(streams);
	pid_t pid = enter(supervisor, &context) < 0 ? -1 : clone_process(CLONE_PARENT, 0, NULL, -1);
	if (pid == 0) {
		// The helper was a session's leader, its child is none: a terminal needs a session of its own.
		setsid();
		run_child(&context, process->plan);
	}
	if (pid < 0)
		status_failed(status, 0, "enter", errno, context.detail);
	else
		status_pid(status, pid);
	_exit(0);
}

int spawn_inside(struct supervisor *supervisor, struct process *process, const int streams[3], int status)
{
	int cgroup = open_cgroup(&supervisor->plan);
	pid_t pid = clone_process(0, SIGCHLD, NULL, cgroup);
	if (pid == 0)
		run_helper(supervisor, process, streams, status);
	int error = errno;
	if (cgroup >= 0)
		close(cgroup);
	process->helper = pid;
	errno = error;
	return pid < 0 ? -1 : 0;
}
