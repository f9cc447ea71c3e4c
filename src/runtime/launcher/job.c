// One job of a server: a supervisor without a process of its own.
#include "job.h"
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

// Steps of the supervisor itself would act on all jobs, and an init would keep what it inherits of them open.
static bool is_servable(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i].phase == PHASE_PREPARE || plan->steps[i].phase == PHASE_UNDO ||
		    plan->steps[i].phase == PHASE_AFTER)
			return false;
	return !plan_find(plan, "directory-of-container") && !plan_find(plan, "init") && !plan_find(plan, "terminal");
}

static void free_plan(struct job *job)
{
	plan_free(&job->supervisor.plan);
	free(job->bytes);
	job->bytes = NULL;
}

static void release(struct job *job)
{
	struct supervisor *supervisor = &job->supervisor;
	process_release(container_process(supervisor));
	for (size_t i = 0; i < supervisor->made_count; i++)
		free(supervisor->made[i]);
	free(supervisor->made);
	supervisor->made = NULL;
	supervisor->made_count = 0;
	if (supervisor->upper >= 0)
		close(supervisor->upper);
	if (job->mounts >= 0)
		close(job->mounts);
	free_plan(job);
	job->running = false;
}

void job_end(struct job *job)
{
	supervisor_finish(&job->supervisor, container_process(&job->supervisor)->started);
	release(job);
}

// The namespace's descriptor; -1 with older kernels, whose mounts go before the process is reaped.
static int hold_mounts(const struct process *process)
{
	int fd = ioctl(process->pidfd, PIDFD_GET_MNT_NAMESPACE, 0);
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static int parse_job(struct job *job, const char *bytes, size_t size)
{
	struct plan *plan = &job->supervisor.plan;
	job->bytes = malloc(size + 1);
	if (!job->bytes || plan_parse(memcpy(job->bytes, bytes, size), size, plan) < 0)
		return -1;
	errno = ENOTSUP;
	return is_servable(plan) ? supervisor_open(&job->supervisor) : -1;
}

int job_start(struct job *job, uint32_t number, const char *bytes, size_t size, struct buffer *out)
{
	if (parse_job(job, bytes, size) < 0) {
		int error = errno;
		free_plan(job);
		errno = error;
		return -1;
	}
	job->running = true;
	job->mounts = -1;
	job->supervisor.killed = false;
	job->supervisor.signals = -1;
	client_starter(&job->supervisor, SERVED_JOBS, number, out);
	if (supervisor_start(&job->supervisor))
		job->mounts = hold_mounts(container_process(&job->supervisor));
	else
		job_end(job);
	return 0;
}
