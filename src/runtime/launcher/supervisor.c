// A supervisor's beginning and end: its folders, its first client, its container's process.
#include "socket.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int open_places(struct supervisor *supervisor)
{
	const struct step *directory = plan_find(&supervisor->plan, "directory-of-container");
	const struct step *upper = plan_find(&supervisor->plan, "upper");
	if (upper && (supervisor->upper = open(step_text(upper, 0), O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	if (!directory)
		return 0;
	supervisor->directory = open(step_text(directory, 0), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return supervisor->directory < 0 || log_open(&supervisor->log, supervisor->directory) < 0 ? -1 : 0;
}

int supervisor_open(struct supervisor *supervisor)
{
	supervisor->directory = supervisor->upper = supervisor->listener = supervisor->log.fd = -1;
	for (int i = 0; i < CLIENTS_MAX; i++)
		supervisor->clients[i].fd = -1;
	supervisor->context = (struct context){.root = AT_FDCWD, .status = -1, .container = &supervisor->plan};
	return open_places(supervisor);
}

void client_starter(struct supervisor *supervisor, int fd, uint32_t job, struct buffer *shared)
{
	const struct step *attach = plan_find(&supervisor->plan, "attach");
	struct client *starter = client_add(supervisor, fd);
	starter->attach = attach ? (uint8_t)step_number(attach, 0) : 0;
	starter->job = job;
	if (shared)
		starter->out = shared;
}

bool supervisor_start(struct supervisor *supervisor)
{
	struct process *process = process_free_slot(supervisor);
	struct status_message *failure = &process->failure;
	const char *name = "start";
	size_t failed = 0;
	if (steps_run(&supervisor->context, &supervisor->plan, PHASE_PREPARE, &failed) < 0)
		name = supervisor->plan.steps[failed].name;
	else if (socket_open(supervisor) == 0 && process_start(supervisor, process) == 0)
		return true;
	failure->type = STATUS_FAILED;
	failure->index = (int32_t)failed;
	failure->error = errno;
	snprintf(failure->name, sizeof failure->name, "%s", name);
	snprintf(failure->detail, sizeof failure->detail, "%s", supervisor->context.detail);
	return false;
}

void process_ended(struct supervisor *supervisor, struct process *process, int status)
{
	process_status(supervisor, process);
	process->wait_status = status;
	process->ended = true;
	process_drain(supervisor, process);
}

void supervisor_finish(struct supervisor *supervisor, bool started)
{
	supervisor->oom_killed = ending_oom(&supervisor->plan);
	log_close(&supervisor->log);
	ending_steps(supervisor, PHASE_UNDO);
	if (supervisor->upper >= 0)
		ending_unmake(supervisor);
	if (started && supervisor->directory >= 0)
		ending_record(supervisor);
	socket_close(supervisor);
	clients_ended(supervisor, container_process(supervisor));
}
