// A small init: reaps orphans, forwards signals to the command, ends with its status.
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void enter_foreground(bool terminal)
{
	setpgid(0, 0);
	if (!terminal)
		return;
	// A background group that takes the terminal would be stopped by SIGTTOU.
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpgrp());
	signal(SIGTTOU, SIG_DFL);
}

static void reap(pid_t command)
{
	int status;
	pid_t ended;
	while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
		if (ended != command)
			continue;
		_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	}
}

static void serve(pid_t command, const sigset_t *all)
{
	for (;;) {
		siginfo_t about;
		int signal = sigwaitinfo(all, &about);
		if (signal == SIGCHLD)
			reap(command);
		else if (signal > 0)
			kill(command, signal);
	}
}

int init_split(struct context *context)
{
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t command = fork();
	if (command < 0)
		return -1;
	if (command == 0) {
		enter_foreground(context->terminal);
		sigprocmask(SIG_SETMASK, &before, NULL);
		return 0;
	}
	if (context->status >= 0)
		close(context->status);
	prctl(PR_SET_NAME, "caisson-init");
	serve(command, &all);
	return -1;
}
