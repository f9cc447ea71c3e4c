// Connections to the supervisor: frames in both directions, with bounded queues.
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct client *client_add(struct supervisor *supervisor, int fd)
{
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &supervisor->clients[i];
		if (client->fd >= 0)
			continue;
		*client = (struct client){.fd = fd, .starter = i == 0, .process = container_process(supervisor)};
		client->out = &client->queue;
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return client;
	}
	close(fd);
	return NULL;
}

void client_drop(struct supervisor *supervisor, struct client *client)
{
	bool owner = client->starter || client->process != container_process(supervisor);
	if (owner && (client->attach & ATTACH_STDIN)) {
		client->process->input_ends = true;
		process_write_input(client->process);
	}
	if (client->out == &client->queue)
		close(client->fd);
	buffer_free(&client->in);
	buffer_free(&client->queue);
	client->fd = -1;
	client->attach = 0;
	// A build step, and a container that has not started, go with who asked for them.
	if (client->starter && (supervisor->directory < 0 || !container_process(supervisor)->started)) {
		supervisor->killed = true;
		process_signal(supervisor, container_process(supervisor), 9);
	}
}

void client_send(struct supervisor *supervisor, struct client *client, uint8_t type, const void *bytes, size_t size)
{
	uint32_t length = (uint32_t)size;
	char head[FRAME_HEAD] = {(char)type};
	if (client->fd < 0)
		return;
	memcpy(head + 1, &client->job, 3);
	memcpy(head + 4, &length, sizeof length);
	buffer_append(client->out, head, sizeof head);
	buffer_append(client->out, bytes, size);
	client_write(supervisor, client);
}

void client_write(struct supervisor *supervisor, struct client *client)
{
	if (buffer_write(client->out, client->fd) < 0)
		client_drop(supervisor, client);
	else if (buffer_size(client->out) <= OUTPUT_LIMIT)
		client->stalled_since = 0;
	else if (!client->stalled_since)
		client->stalled_since = monotonic_milliseconds();
}

static void send_done(struct supervisor *supervisor, struct client *client, int error)
{
	int32_t answer = error;
	client_send(supervisor, client, FRAME_DONE, &answer, sizeof answer);
}

static void send_hello(struct supervisor *supervisor, struct client *client, uint8_t type)
{
	struct hello hello = {(uint32_t)process_pid(supervisor, client->process), client->process->terminal, supervisor->started_at};
	client_send(supervisor, client, type, &hello, sizeof hello);
}

void client_hello(struct supervisor *supervisor, struct client *client)
{
	send_hello(supervisor, client, FRAME_HELLO);
}

static void send_error(struct supervisor *supervisor, struct client *client, const struct status_message *failure)
{
	char text[2 * sizeof(int32_t) + sizeof failure->name + sizeof failure->detail];
	size_t name = strlen(failure->name) + 1, detail = strlen(failure->detail) + 1;
	memcpy(text, &failure->index, sizeof failure->index);
	memcpy(text + 4, &failure->error, sizeof failure->error);
	memcpy(text + 8, failure->name, name);
	memcpy(text + 8 + name, failure->detail, detail);
	client_send(supervisor, client, FRAME_ERROR, text, 8 + name + detail);
}

// A frame EXEC: its plan's bytes stay with the process.
static void start_exec(struct supervisor *supervisor, struct client *client, const char *bytes, size_t size)
{
	struct process *process = process_free_slot(supervisor);
	struct status_message failure = {.error = EAGAIN, .name = "exec"};
	struct plan *plan = malloc(sizeof *plan + size + 1);
	if (process && plan && container_process(supervisor)->started) {
		process->plan = plan;
		process->plan_bytes = (char *)plan;
		char *copy = memcpy((char *)plan + sizeof *plan, bytes, size);
		client->process = process;
		client->attach = ATTACH_STDIN | ATTACH_STDOUT | ATTACH_STDERR | ATTACH_PATIENT;
		if (plan_parse(copy, size, plan) == 0 && process_start(supervisor, process) == 0)
			return;
		failure.error = errno;
		client->process = container_process(supervisor);
		client->attach = 0;
		process_release(process);
	} else {
		free(plan);
		if (process)
			process->used = false;
	}
	send_error(supervisor, client, &failure);
}

static void take_input(struct client *client, const char *bytes, size_t size)
{
	struct process *process = client->process;
	if (!(client->attach & ATTACH_STDIN) || process->input_ends || process->input < 0)
		return;
	buffer_append(&process->pending, bytes, size);
	process_write_input(process);
}

static void take_resize(struct supervisor *supervisor, struct client *client, const char *bytes)
{
	uint16_t sides[2];
	memcpy(sides, bytes, sizeof sides);
	send_done(supervisor, client, process_resize(client->process, sides[0], sides[1]) < 0 ? errno : 0);
}

static void take_signal(struct supervisor *supervisor, struct client *client, const char *bytes)
{
	uint32_t signal;
	memcpy(&signal, bytes, sizeof signal);
	errno = 0;
	process_signal(supervisor, client->process, (int)signal);
	send_done(supervisor, client, errno);
}

static void take_frame(struct supervisor *supervisor, struct client *client, uint8_t type, const char *bytes, size_t size)
{
	if (type == FRAME_ATTACH && size >= 1) {
		client->attach = (uint8_t)bytes[0];
	} else if (type == FRAME_STDIN) {
		take_input(client, bytes, size);
	} else if (type == FRAME_STDIN_END && (client->attach & ATTACH_STDIN)) {
		client->process->input_ends = true;
		process_write_input(client->process);
	} else if (type == FRAME_RESIZE && size >= 4) {
		take_resize(supervisor, client, bytes);
	} else if (type == FRAME_SIGNAL && size >= 4) {
		take_signal(supervisor, client, bytes);
	} else if (type == FRAME_EXEC) {
		start_exec(supervisor, client, bytes, size);
	}
}

// Takes one whole frame from the queue; false when there is none.
static bool take_next(struct supervisor *supervisor, struct client *client)
{
	uint32_t size;
	char *start = client->in.bytes + client->in.start;
	if (client->fd < 0 || buffer_size(&client->in) < FRAME_HEAD)
		return false;
	memcpy(&size, start + 4, sizeof size);
	if (size > PLAN_MAX_BYTES) {
		client_drop(supervisor, client);
		return false;
	}
	if (buffer_size(&client->in) < FRAME_HEAD + (size_t)size)
		return false;
	take_frame(supervisor, client, (uint8_t)start[0], start + FRAME_HEAD, size);
	if (client->fd >= 0)
		buffer_consume(&client->in, FRAME_HEAD + (size_t)size);
	return true;
}

void client_read(struct supervisor *supervisor, struct client *client)
{
	long got = buffer_read(&client->in, client->fd, 65536);
	if (got == 0 || (got < 0 && errno != EAGAIN))
		client_drop(supervisor, client);
	while (take_next(supervisor, client))
		continue;
}

void clients_output(struct supervisor *supervisor, struct process *process, int stream, const char *bytes, size_t size)
{
	uint8_t wanted = stream ? ATTACH_STDERR : ATTACH_STDOUT;
	if (process == container_process(supervisor) && supervisor->log.fd >= 0)
		log_write(&supervisor->log, stream, bytes, size);
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &supervisor->clients[i];
		if (client->fd >= 0 && client->process == process && (client->attach & wanted))
			client_send(supervisor, client, stream ? FRAME_STDERR : FRAME_STDOUT, bytes, size);
	}
}

bool clients_hold(struct supervisor *supervisor, struct process *process)
{
	bool hold = false;
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &supervisor->clients[i];
		if (client->fd < 0 || client->process != process || buffer_size(client->out) <= OUTPUT_LIMIT)
			continue;
		bool tired = client->stalled_since && monotonic_milliseconds() - client->stalled_since > STALL_SECONDS * 1000;
		if (tired && !(client->attach & ATTACH_PATIENT))
			client_drop(supervisor, client);
		else
			hold = true;
	}
	return hold;
}

void clients_started(struct supervisor *supervisor, struct process *process)
{
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &supervisor->clients[i];
		bool told_at_start = client->starter || process != container_process(supervisor);
		if (client->fd >= 0 && client->process == process)
			send_hello(supervisor, client, told_at_start ? FRAME_STARTED : FRAME_HELLO);
	}
}

void clients_ended(struct supervisor *supervisor, struct process *process)
{
	int status = process->wait_status;
	int32_t signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	int32_t end[3] = {signal ? 128 + signal : WEXITSTATUS(status), signal, supervisor->oom_killed};
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &supervisor->clients[i];
		if (client->fd < 0 || client->process != process || client->told)
			continue;
		client->told = true;
		supervisor->waited_for |= client->attach != 0;
		if (process->failure.type)
			send_error(supervisor, client, &process->failure);
		else
			client_send(supervisor, client, FRAME_EXIT, end, sizeof end);
		client->process = container_process(supervisor);
	}
}
