// One supervised process: its streams, its start, its signals.
#include "kernel.h"
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>

struct process *process_free_slot(struct supervisor *supervisor)
{
	for (int i = 0; i < PROCESSES_MAX; i++) {
		struct process *process = &supervisor->processes[i];
		if (process->used)
			continue;
		*process = (struct process){
			.used = true, .pidfd = -1, .status = -1, .input = -1, .outputs = {-1, -1}};
		return process;
	}
	return NULL;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void process_release(struct process *process)
{
	close_fd(&process->pidfd);
	close_fd(&process->status);
	close_fd(&process->input);
	close_fd(&process->outputs[0]);
	close_fd(&process->outputs[1]);
	buffer_free(&process->pending);
	free(process->plan_bytes);
	process->used = false;
}

// Pipes for the streams: theirs[] for the process; a terminal is made by the process itself.
static int open_streams(struct process *process, const struct plan *plan, int theirs[3])
{
	int pipe_fds[2];
	if (process->terminal)
		return 0;
	for (int stream = 0; stream < 2; stream++) {
		if (pipe2(pipe_fds, O_CLOEXEC) < 0)
			return -1;
		process->outputs[stream] = pipe_fds[0];
		theirs[stream + 1] = pipe_fds[1];
		fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
	}
	if (!plan_find(plan, "stdin")) {
		theirs[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return theirs[0] < 0 ? -1 : 0;
	}
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -1;
	theirs[0] = pipe_fds[0];
	process->input = pipe_fds[1];
	fcntl(pipe_fds[1], F_SETFL, O_NONBLOCK);
	return 0;
}

int process_start(struct supervisor *supervisor, struct process *process)
{
	bool own = process == container_process(supervisor);
	const struct plan *plan = own ? &supervisor->plan : process->plan;
	bool inside = !own && !plan_find(plan, "outside");
	int theirs[3] = {-1, -1, -1}, channel[2];
	process->terminal = plan_find(plan, "terminal") != NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return -1;
	process->status = channel[0];
	int result = open_streams(process, plan, theirs);
	if (result == 0)
		result = inside ? spawn_inside(supervisor, process, theirs, channel[1])
				: spawn_child(plan, process, theirs, channel[1]);
	int error = errno;
	for (int i = 0; i < 3; i++)
		close_fd(&theirs[i]);
	close(channel[1]);
	if (result == 0 && !inside)
		spawn_join(plan, process);
	fcntl(process->status, F_SETFL, O_NONBLOCK);
	errno = error;
	return result;
}

static void take_terminal(struct process *process, int master)
{
	fcntl(master, F_SETFL, O_NONBLOCK);
	process->outputs[0] = master;
	process->input = fcntl(master, F_DUPFD_CLOEXEC, 3);
}

static void note_made(struct supervisor *supervisor, const char *path)
{
	size_t count = supervisor->made_count;
	char **made = realloc(supervisor->made, (count + 1) * sizeof *made);
	if (!made)
		return;
	supervisor->made = made;
	made[count] = strdup(path);
	supervisor->made_count += made[count] != NULL;
}

static ssize_t receive(int status, struct status_message *message, int *passed)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = {.iov_base = message, .iov_len = sizeof *message - 1};
	struct msghdr head = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	*passed = -1;
	ssize_t size = recvmsg(status, &head, MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = size > 0 ? CMSG_FIRSTHDR(&head) : NULL;
	if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS)
		memcpy(passed, CMSG_DATA(rights), sizeof *passed);
	return size;
}

static void started(struct supervisor *supervisor, struct process *process)
{
	struct timespec now;
	close_fd(&process->status);
	if (process->failure.type || process->ended || process->pidfd < 0)
		return;
	process->started = true;
	if (process == container_process(supervisor)) {
		clock_gettime(CLOCK_REALTIME, &now);
		supervisor->started_at = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	}
	clients_started(supervisor, process);
}

// Reads what the process says while it starts; the channel's end means that exec succeeded, or that it failed and said so.
void process_status(struct supervisor *supervisor, struct process *process)
{
	struct status_message message;
	int passed;
	ssize_t size;
	while (process->status >= 0) {
		memset(&message, 0, sizeof message);
		size = receive(process->status, &message, &passed);
		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size <= 0)
			started(supervisor, process);
		else if (message.type == STATUS_FAILED)
			process->failure = message;
		else if (message.type == STATUS_TERMINAL && passed >= 0 && process->outputs[0] < 0)
			take_terminal(process, passed);
		else if (message.type == STATUS_MADE)
			note_made(supervisor, message.detail);
		else if (message.type == STATUS_PID && process->helper) {
			process->pid = message.index;
			process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
		}
	}
}

// An external runtime writes the pid of the container's process into a file.
static pid_t external_pid(const struct plan *plan)
{
	const struct step *step = plan_find(plan, "pid-file");
	FILE *file = step ? fopen(step_text(step, 0), "re") : NULL;
	int pid = 0;
	if (file && fscanf(file, "%d", &pid) != 1)
		pid = 0;
	if (file)
		fclose(file);
	return pid;
}

pid_t process_pid(struct supervisor *supervisor, const struct process *process)
{
	pid_t external = process == container_process(supervisor) ? external_pid(&supervisor->plan) : 0;
	return external > 1 ? external : process->pid;
}

void process_signal(struct supervisor *supervisor, struct process *process, int signal)
{
	if (process->ended || process->pidfd < 0)
		errno = ESRCH;
	else if (process_pid(supervisor, process) != process->pid)
		kill(process_pid(supervisor, process), signal);
	else
		sys_pidfd_send_signal(process->pidfd, signal);
}

int process_resize(const struct process *process, unsigned short width, unsigned short height)
{
	struct winsize size = {.ws_col = width, .ws_row = height};
	if (!process->terminal || process->outputs[0] < 0) {
		errno = ENOTTY;
		return -1;
	}
	return ioctl(process->outputs[0], TIOCSWINSZ, &size);
}

void process_write_input(struct process *process)
{
	if (process->input < 0)
		return;
	bool broken = buffer_write(&process->pending, process->input) < 0;
	if (broken)
		buffer_consume(&process->pending, buffer_size(&process->pending));
	if (!broken && (!process->input_ends || buffer_size(&process->pending) > 0))
		return;
	// On a terminal the end of input is a character, and the master stays open for output.
	if (!broken && process->terminal)
		(void)!write(process->input, "\004", 1);
	close_fd(&process->input);
}

void process_read_output(struct supervisor *supervisor, struct process *process, int stream)
{
	char bytes[32768];
	ssize_t size = read(process->outputs[stream], bytes, sizeof bytes);
	if (size > 0)
		clients_output(supervisor, process, stream, bytes, (size_t)size);
	else if (size == 0 || (errno != EAGAIN && errno != EINTR))
		close_fd(&process->outputs[stream]);
}

// Takes what is left in the streams of a process that has ended.
void process_drain(struct supervisor *supervisor, struct process *process)
{
	char bytes[32768];
	for (int stream = 0; stream < 2; stream++) {
		ssize_t size = 0;
		// A pipe holds at most 1 MiB; more comes from a process outside that goes on writing.
		for (size_t left = 1u << 20; process->outputs[stream] >= 0 && left > 0; left -= (size_t)size) {
			size = read(process->outputs[stream], bytes, left < sizeof bytes ? left : sizeof bytes);
			if (size <= 0)
				break;
			clients_output(supervisor, process, stream, bytes, (size_t)size);
		}
		close_fd(&process->outputs[stream]);
	}
}
