// A plan: the system-call-level steps that TypeScript computed, as they arrive on a file descriptor.
#ifndef PLAN_H
#define PLAN_H

#include <stddef.h>
#include <stdint.h>

// When a step is carried out.
enum phase {
	PHASE_SETTING, // read by the supervisor, not run
	PHASE_PREPARE, // by the supervisor, before the container's process exists
	PHASE_CHILD,   // by the container's process
	PHASE_UNDO,    // by the supervisor, when the container has ended or could not start
	PHASE_AFTER,   // by the supervisor, when that was told too: nobody waits for it
	PHASE_COUNT
};

enum step_flag {
	STEP_OPTIONAL = 1,  // failure is ignored
	STEP_TRANSIENT = 2, // a mountpoint this step makes is taken away at the end
};

// One step: its name and its arguments; every argument is followed by a NUL that is not counted in its size.
struct step {
	uint8_t phase;
	uint8_t flags;
	uint16_t argc;
	const char *name;
	char **argv;     // without the name, NULL-terminated
	uint32_t *sizes; // of argv
};

struct plan {
	struct step *steps;
	size_t count;
};

#define PLAN_MAX_BYTES (8u << 20)
#define PLAN_MAX_STEPS 8192

// Reads a length-prefixed plan from fd; -1 with errno when it ends early or is not a plan.
int plan_read(int fd, struct plan *plan);
// Makes a plan of bytes, which must stay; -1 with EBADMSG when they are not a plan.
int plan_parse(char *bytes, size_t size, struct plan *plan);
// Frees what parsing allocated, not the bytes.
void plan_free(struct plan *plan);
// The first step of that name, or NULL.
const struct step *plan_find(const struct plan *plan, const char *name);

// The argument as text, "" where there is none.
const char *step_text(const struct step *step, int index);
// The argument as an unsigned number (any base prefix), 0 where there is none.
uint64_t step_number(const struct step *step, int index);

#endif
