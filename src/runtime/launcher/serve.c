// Serves plans: one process that supervises the containers of many short jobs, each told by its number on one connection.
#include "job.h"
#include "kernel.h"
#include "steps.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define JOBS_MAX 128

static struct server {
	int signals;
	struct buffer in;
	struct buffer out;
	struct job *jobs[JOBS_MAX];
	// Those of each job are where its slot is: status, stdout, stderr.
	struct pollfd polls[2 + 3 * JOBS_MAX];
} server;

static struct job *free_job(void)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		if (!server.jobs[i])
			server.jobs[i] = calloc(1, sizeof **server.jobs);
		if (!server.jobs[i] || !server.jobs[i]->running)
			return server.jobs[i];
	}
	return NULL;
}

static void flush(void)
{
	// Who asked for the jobs is gone: they go with this process.
	if (buffer_write(&server.out, SERVED_JOBS) < 0)
		_exit(0);
}

static void send_refusal(uint32_t number, int32_t error)
{
	const char name[] = "serve";
	uint32_t size = 8 + sizeof name + 1;
	char text[FRAME_HEAD + 8 + sizeof name + 1] = {(char)FRAME_ERROR};
	memcpy(text + 1, &number, 3);
	memcpy(text + 4, &size, sizeof size);
	memcpy(text + FRAME_HEAD + 4, &error, sizeof error);
	memcpy(text + FRAME_HEAD + 8, name, sizeof name);
	buffer_append(&server.out, text, sizeof text);
	flush();
}

static void start_job(uint32_t number, const char *bytes, size_t size)
{
	struct job *job = free_job();
	if (!job)
		send_refusal(number, EAGAIN);
	else if (job_start(job, number, bytes, size, &server.out) < 0)
		send_refusal(number, errno);
}

static void signal_job(uint32_t number, const char *bytes)
{
	uint32_t signal;
	memcpy(&signal, bytes, sizeof signal);
	for (int i = 0; i < JOBS_MAX && server.jobs[i]; i++)
		if (server.jobs[i]->running && server.jobs[i]->supervisor.clients[0].job == number)
			process_signal(&server.jobs[i]->supervisor, container_process(&server.jobs[i]->supervisor), (int)signal);
}

// Takes one whole frame from the queue; false when there is none.
static bool take_next(void)
{
	uint32_t size, number = 0;
	const char *start = server.in.bytes + server.in.start;
	if (buffer_size(&server.in) < FRAME_HEAD)
		return false;
	memcpy(&number, start + 1, 3);
	memcpy(&size, start + 4, sizeof size);
	if (size > PLAN_MAX_BYTES)
		_exit(1);
	if (buffer_size(&server.in) < FRAME_HEAD + (size_t)size)
		return false;
	if (start[0] == FRAME_RUN)
		start_job(number, start + FRAME_HEAD, size);
	else if (start[0] == FRAME_SIGNAL && size >= sizeof size)
		signal_job(number, start + FRAME_HEAD);
	buffer_consume(&server.in, FRAME_HEAD + (size_t)size);
	return true;
}

static void read_connection(void)
{
	long got = buffer_read(&server.in, SERVED_JOBS, 65536);
	if (got == 0 || (got < 0 && errno != EAGAIN))
		_exit(0);
	while (take_next())
		continue;
}

static struct job *find_job(pid_t pid)
{
	for (int i = 0; i < JOBS_MAX && server.jobs[i]; i++)
		if (server.jobs[i]->running && container_process(&server.jobs[i]->supervisor)->pid == pid)
			return server.jobs[i];
	return NULL;
}

static void reap(void)
{
	char bytes[1024];
	int status;
	pid_t pid;
	(void)!read(server.signals, bytes, sizeof bytes);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct job *job = find_job(pid);
		if (!job)
			continue;
		process_ended(&job->supervisor, container_process(&job->supervisor), status);
		job_end(job);
	}
}

static void watch_job(struct pollfd polls[3], struct job *job)
{
	polls[0].fd = polls[1].fd = polls[2].fd = -1;
	if (!job || !job->running)
		return;
	struct process *process = container_process(&job->supervisor);
	bool hold = clients_hold(&job->supervisor, process);
	polls[0] = (struct pollfd){.fd = process->status, .events = POLLIN};
	for (int stream = 0; stream < 2; stream++)
		polls[1 + stream] = (struct pollfd){.fd = hold ? -1 : process->outputs[stream], .events = POLLIN};
}

static void serve_job(const struct pollfd polls[3], struct job *job)
{
	struct process *process = container_process(&job->supervisor);
	if (polls[0].revents && process->status >= 0)
		process_status(&job->supervisor, process);
	for (int stream = 0; stream < 2; stream++)
		if (polls[1 + stream].revents && process->outputs[stream] >= 0)
			process_read_output(&job->supervisor, process, stream);
}

static void turn(void)
{
	struct pollfd *polls = server.polls;
	int count = 0;
	short writing = buffer_size(&server.out) > 0 ? POLLOUT : 0;
	polls[0] = (struct pollfd){.fd = server.signals, .events = POLLIN};
	polls[1] = (struct pollfd){.fd = SERVED_JOBS, .events = (short)(POLLIN | writing)};
	for (; count < JOBS_MAX && server.jobs[count]; count++)
		watch_job(&polls[2 + 3 * count], server.jobs[count]);
	if (poll(polls, (nfds_t)(2 + 3 * count), -1) < 0)
		return;
	// What a process wrote before it ended is read before it is reaped.
	for (int i = 0; i < count; i++)
		if (server.jobs[i]->running)
			serve_job(&polls[2 + 3 * i], server.jobs[i]);
	if (polls[0].revents)
		reap();
	flush();
	if (polls[1].revents & (POLLIN | POLLHUP | POLLERR))
		read_connection();
}

// serve: this process takes plans from its connection until that is closed, and does not return.
int step_serve(struct context *context, const struct step *step)
{
	(void)step;
	server.signals = supervisor_signals();
	if (server.signals < 0 || fcntl(SERVED_JOBS, F_SETFL, O_NONBLOCK) < 0)
		return -1;
	fcntl(SERVED_JOBS, F_SETFD, FD_CLOEXEC);
	// Tells the supervisor that all is well, as exec would.
	close(context->status);
	for (;;)
		turn();
}
