// The launcher: reads a plan from descriptor 3, carries it out around clone3 and supervises what runs.
#include "init.h"
#include "kernel.h"
#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define STARTER 3
#define VERSION "1"

// A container could reach this program through /proc/PID/exe and overwrite it (CVE-2019-5736): run from a read-only mount.
static int seal(char *how)
{
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	char *arguments[] = {"caisson-launcher", "sealed", how, NULL};
	int fd = sys_open_tree(AT_FDCWD, "/proc/self/exe", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (fd < 0 || sys_mount_setattr(fd, 0, &attributes) < 0)
		return -1;
	return (int)syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
}

// In a process and a session of its own, with nothing open of who started it.
_Noreturn static void wait_for_plan(int connection)
{
	static char *nothing[] = {NULL};
	setsid();
	if (fork() != 0)
		_exit(0);
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < STARTER; fd++)
		dup2(null, fd);
	dup2(connection, STARTER);
	syscall(SYS_close_range, STARTER + 1, ~0u, 0);
	environ = nothing;
	if (chdir("/") == 0)
		seal("beside");
	_exit(1);
}

static int fail(const char *what)
{
	// As a FRAME_ERROR on the starter's connection, since there is no supervisor yet.
	char text[256] = {(char)FRAME_ERROR};
	int32_t index = 0, error = errno;
	uint32_t size = (uint32_t)(8 + strlen(what) + 2);
	memcpy(text + 4, &size, 4);
	memcpy(text + 8, &index, 4);
	memcpy(text + 12, &error, 4);
	snprintf(text + 16, sizeof text - 16, "%s", what);
	(void)!write(STARTER, text, 8 + size);
	return 1;
}

// A container outlives its starter: two forks and a session of its own, which it has where it waited `beside` it already.
// A build step only leaves the terminal's group.
static int detach(const struct supervisor *supervisor, bool beside)
{
	for (int forks = supervisor->directory >= 0 && !beside ? 2 : 0; forks > 0; forks--) {
		pid_t pid = fork();
		if (pid < 0)
			return -1;
		if (pid > 0) {
			// The one between is reaped by its parent, not left to the machine's init.
			if (forks == 2)
				waitpid(pid, NULL, 0);
			_exit(0);
		}
		setsid();
	}
	setsid();
	return chdir("/");
}

// Becomes PROGRAM with a launcher beside it, which comes up meanwhile and waits for its plan at the other end of the
// descriptor that CAISSON_LAUNCHER names: a small process forks in no time, Node does not. Without a plan it ends with PROGRAM.
static int be_beside(char **arguments)
{
	int ends[2];
	char number[16];
	pid_t pid = socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 ? -1 : fork();
	if (pid == 0) {
		close(ends[1]);
		wait_for_plan(ends[0]);
	}
	if (pid > 0) {
		close(ends[0]);
		waitpid(pid, NULL, 0);
		snprintf(number, sizeof number, "%d", ends[1]);
		setenv("CAISSON_LAUNCHER", number, 1);
	}
	execv(arguments[0], arguments);
	perror(arguments[0]);
	return 126;
}

// Run as `caisson-launcher init PROGRAM ARGUMENT...` it is the init of an external runtime's container.
static int be_init(char **arguments)
{
	struct context context = {.status = -1, .terminal = isatty(0)};
	if (init_split(&context) == 0)
		execvp(arguments[0], arguments);
	perror(arguments[0]);
	return errno == ENOENT ? 127 : 126;
}

int main(int count, char **arguments)
{
	static struct supervisor supervisor;
	if (count == 2 && strcmp(arguments[1], "--version") == 0)
		return puts(VERSION) < 0;
	if (count > 2 && strcmp(arguments[1], "init") == 0)
		return be_init(arguments + 2);
	if (count > 2 && strcmp(arguments[1], "beside") == 0)
		return be_beside(arguments + 2);
	// What is made in containers does not depend on the umask of whoever starts them.
	umask(022);
	bool beside = count > 2 && strcmp(arguments[2], "beside") == 0;
	if ((count < 2 || strcmp(arguments[1], "sealed") != 0) && seal(NULL) < 0)
		return fail("seal");
	prctl(PR_SET_DUMPABLE, 0);
	if (plan_read(STARTER, &supervisor.plan) < 0)
		return fail("plan");
	if (supervisor_open(&supervisor) < 0)
		return fail("directory");
	if (detach(&supervisor, beside) < 0)
		return fail("detach");
	fcntl(STARTER, F_SETFD, FD_CLOEXEC);
	client_starter(&supervisor, STARTER, 0, NULL);
	return supervise(&supervisor);
}
