// The supervisor's loop: one poll over signals, the socket, its clients and the processes' streams.
#include "kernel.h"
#include "socket.h"
#include "supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>

enum source { SOURCE_SIGNAL, SOURCE_LISTENER, SOURCE_CLIENT, SOURCE_STATUS, SOURCE_INPUT, SOURCE_STDOUT, SOURCE_STDERR };

struct watch {
	struct pollfd polls[2 + CLIENTS_MAX + 4 * PROCESSES_MAX];
	struct {
		enum source source;
		void *subject;
	} what[2 + CLIENTS_MAX + 4 * PROCESSES_MAX];
	nfds_t count;
};

#define STOP_GRACE 10000 // milliseconds between the supervisor's SIGTERM and the container's SIGKILL

int64_t monotonic_milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void add(struct watch *watch, int fd, short events, enum source source, void *subject)
{
	if (fd < 0)
		return;
	watch->polls[watch->count] = (struct pollfd){.fd = fd, .events = events};
	watch->what[watch->count].source = source;
	watch->what[watch->count].subject = subject;
	watch->count++;
}

static void watch_process(struct supervisor *supervisor, struct watch *watch, struct process *process)
{
	short reading = clients_hold(supervisor, process) ? 0 : POLLIN;
	add(watch, process->status, POLLIN, SOURCE_STATUS, process);
	if (reading) {
		add(watch, process->outputs[0], reading, SOURCE_STDOUT, process);
		add(watch, process->outputs[1], reading, SOURCE_STDERR, process);
	}
	if (buffer_size(&process->pending) > 0)
		add(watch, process->input, POLLOUT, SOURCE_INPUT, process);
}

static void watch_client(struct watch *watch, struct client *client)
{
	bool full = buffer_size(&client->process->pending) > INPUT_LIMIT;
	short events = (short)((full ? 0 : POLLIN) | (buffer_size(client->out) > 0 ? POLLOUT : 0));
	add(watch, client->fd, events, SOURCE_CLIENT, client);
}

static void watch_all(struct supervisor *supervisor, struct watch *watch)
{
	watch->count = 0;
	add(watch, supervisor->signals, POLLIN, SOURCE_SIGNAL, NULL);
	add(watch, supervisor->listener, POLLIN, SOURCE_LISTENER, NULL);
	for (int i = 0; i < PROCESSES_MAX; i++)
		if (supervisor->processes[i].used)
			watch_process(supervisor, watch, &supervisor->processes[i]);
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (supervisor->clients[i].fd >= 0)
			watch_client(watch, &supervisor->clients[i]);
}

static struct process *find_process(struct supervisor *supervisor, pid_t pid)
{
	for (int i = 0; i < PROCESSES_MAX; i++)
		if (supervisor->processes[i].used && supervisor->processes[i].pid == pid)
			return &supervisor->processes[i];
	return NULL;
}

static void child_ended(struct supervisor *supervisor, struct process *process, int status)
{
	process_ended(supervisor, process, status);
	if (process == container_process(supervisor))
		return;
	clients_ended(supervisor, process);
	process_release(process);
}

// A helper that ended without naming a process has failed, and said why.
static void helper_ended(struct supervisor *supervisor, pid_t pid)
{
	for (int i = 1; i < PROCESSES_MAX; i++) {
		struct process *process = &supervisor->processes[i];
		if (!process->used || process->helper != pid)
			continue;
		process_status(supervisor, process);
		process->helper = 0;
		if (process->pid > 0)
			return;
		if (!process->failure.type)
			process->failure = (struct status_message){.type = STATUS_FAILED, .error = ECHILD, .name = "enter"};
		clients_ended(supervisor, process);
		process_release(process);
	}
}

static void reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct process *process = find_process(supervisor, pid);
		if (process)
			child_ended(supervisor, process, status);
		else
			helper_ended(supervisor, pid);
	}
}

static void take_signal(struct supervisor *supervisor)
{
	struct signalfd_siginfo about;
	while (read(supervisor->signals, &about, sizeof about) == (ssize_t)sizeof about) {
		if (about.ssi_signo == SIGCHLD) {
			reap(supervisor);
		} else if (supervisor->directory < 0) {
			supervisor->killed = true;
			process_signal(supervisor, container_process(supervisor), SIGKILL);
		} else if (about.ssi_signo == SIGTERM) {
			// The machine shuts down: the container gets its chance, then it ends with its supervisor.
			process_signal(supervisor, container_process(supervisor), SIGTERM);
			supervisor->kill_at = monotonic_milliseconds() + STOP_GRACE;
		}
	}
}

static void serve_client(struct supervisor *supervisor, struct client *client, short events)
{
	if (events & POLLOUT)
		client_write(supervisor, client);
	if (client->fd >= 0 && (events & POLLIN))
		client_read(supervisor, client);
	else if (client->fd >= 0 && (events & (POLLHUP | POLLERR)))
		client_drop(supervisor, client);
}

static void serve(struct supervisor *supervisor, enum source source, void *subject, short events)
{
	struct process *process = subject;
	if (source == SOURCE_SIGNAL)
		take_signal(supervisor);
	else if (source == SOURCE_LISTENER)
		socket_accept(supervisor);
	else if (source == SOURCE_CLIENT && ((struct client *)subject)->fd >= 0)
		serve_client(supervisor, subject, events);
	else if (source == SOURCE_STATUS && process->status >= 0)
		process_status(supervisor, process);
	else if (source == SOURCE_INPUT && process->input >= 0)
		process_write_input(process);
	else if (source == SOURCE_STDOUT && process->outputs[0] >= 0)
		process_read_output(supervisor, process, 0);
	else if (source == SOURCE_STDERR && process->outputs[1] >= 0)
		process_read_output(supervisor, process, 1);
}

static int timeout(const struct supervisor *supervisor)
{
	if (!supervisor->kill_at) {
		for (int i = 0; i < CLIENTS_MAX; i++)
			if (supervisor->clients[i].fd >= 0 && supervisor->clients[i].stalled_since)
				return 1000;
		return -1;
	}
	int64_t left = supervisor->kill_at - monotonic_milliseconds();
	return left > 0 ? (int)left : 0;
}

static void turn(struct supervisor *supervisor, struct watch *watch)
{
	watch_all(supervisor, watch);
	if (poll(watch->polls, watch->count, timeout(supervisor)) < 0)
		return;
	if (supervisor->kill_at && monotonic_milliseconds() >= supervisor->kill_at) {
		supervisor->kill_at = 0;
		process_signal(supervisor, container_process(supervisor), SIGKILL);
	}
	// Signals come last: what a process wrote before it ended is read first.
	for (nfds_t i = watch->count; i-- > 0;)
		if (watch->polls[i].revents)
			serve(supervisor, watch->what[i].source, watch->what[i].subject, watch->polls[i].revents);
}

int supervisor_signals(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&all);
	sigaddset(&all, SIGCHLD);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGHUP);
	sigaddset(&all, SIGQUIT);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Lets the clients read what is queued for them; impatient ones not forever.
static void flush_clients(struct supervisor *supervisor, struct watch *watch)
{
	int64_t deadline = monotonic_milliseconds() + STALL_SECONDS * 1000;
	for (;;) {
		watch->count = 0;
		for (int i = 0; i < CLIENTS_MAX; i++) {
			struct client *client = &supervisor->clients[i];
			bool late = monotonic_milliseconds() > deadline && !(client->attach & ATTACH_PATIENT);
			if (client->fd >= 0 && buffer_size(client->out) > 0 && !late)
				add(watch, client->fd, POLLOUT, SOURCE_CLIENT, client);
		}
		if (watch->count == 0)
			return;
		poll(watch->polls, watch->count, 1000);
		for (nfds_t i = 0; i < watch->count; i++)
			if (watch->polls[i].revents)
				client_write(supervisor, watch->what[i].subject);
	}
}

int supervise(struct supervisor *supervisor)
{
	static struct watch watch;
	supervisor->signals = supervisor_signals();
	if (supervisor_start(supervisor)) {
		// The starter may be gone since before the process was there to be killed.
		if (supervisor->killed)
			process_signal(supervisor, container_process(supervisor), SIGKILL);
		while (!container_process(supervisor)->ended)
			turn(supervisor, &watch);
	}
	bool started = container_process(supervisor)->started;
	supervisor_finish(supervisor, started);
	flush_clients(supervisor, &watch);
	ending_steps(supervisor, PHASE_AFTER);
	if (started && !supervisor->waited_for)
		ending_command(supervisor);
	return 0;
}
