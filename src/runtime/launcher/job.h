// One job of a server.
#ifndef JOB_H
#define JOB_H

#include "supervisor.h"

struct job {
	bool running;
	int mounts;  // keeps the container's mounts until its end was told: taking them down takes milliseconds
	char *bytes; // of the plan
	struct supervisor supervisor;
};

// Starts what a plan's bytes say, to be told of in `out` under that number; -1 with errno when they are no plan for a job.
int job_start(struct job *job, uint32_t number, const char *bytes, size_t size, struct buffer *out);
// Tells how it ended and gives up all it had.
void job_end(struct job *job);

#endif
