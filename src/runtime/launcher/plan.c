// Reads and validates plans. Form: magic, u32 size, then steps: u8 phase, u8 flags, u16 argc, and argc times u32 size, bytes, NUL.
#include "plan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MAGIC[4] = {'C', 'S', 'N', '1'};

struct cursor {
	char *at;
	char *end;
};

static int read_exactly(int fd, char *buffer, size_t size)
{
	while (size > 0) {
		ssize_t got = read(fd, buffer, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = EPIPE;
			return -1;
		}
		buffer += got;
		size -= (size_t)got;
	}
	return 0;
}

int plan_read(int fd, struct plan *plan)
{
	char head[8];
	uint32_t size;
	if (read_exactly(fd, head, sizeof head) < 0)
		return -1;
	memcpy(&size, head + 4, sizeof size);
	if (memcmp(head, MAGIC, sizeof MAGIC) != 0 || size > PLAN_MAX_BYTES) {
		errno = EBADMSG;
		return -1;
	}
	char *bytes = malloc(size + 1u);
	if (!bytes || read_exactly(fd, bytes, size) < 0)
		return -1;
	return plan_parse(bytes, size, plan);
}

static bool take(struct cursor *cursor, void *into, size_t size)
{
	if ((size_t)(cursor->end - cursor->at) < size)
		return false;
	memcpy(into, cursor->at, size);
	cursor->at += size;
	return true;
}

static bool take_argument(struct cursor *cursor, char **text, uint32_t *size)
{
	if (!take(cursor, size, sizeof *size))
		return false;
	size_t left = (size_t)(cursor->end - cursor->at);
	if (left < 1 || *size > left - 1 || cursor->at[*size] != 0)
		return false;
	*text = cursor->at;
	cursor->at += *size + 1;
	return true;
}

static bool take_step(struct cursor *cursor, struct step *step)
{
	if (!take(cursor, &step->phase, 1) || !take(cursor, &step->flags, 1) || !take(cursor, &step->argc, 2))
		return false;
	// Every argument takes five bytes at least, which bounds what a false count can make us allocate.
	if (step->phase >= PHASE_COUNT || step->argc < 1 || step->argc > (cursor->end - cursor->at) / 5)
		return false;
	char **texts = calloc(step->argc + 1u, sizeof *texts);
	uint32_t *sizes = calloc(step->argc, sizeof *sizes);
	if (!texts || !sizes)
		return false;
	for (int i = 0; i < step->argc; i++)
		if (!take_argument(cursor, &texts[i], &sizes[i]))
			return false;
	step->name = texts[0];
	step->argv = texts + 1;
	step->sizes = sizes + 1;
	step->argc--;
	return true;
}

int plan_parse(char *bytes, size_t size, struct plan *plan)
{
	struct cursor cursor = {bytes, bytes + size};
	size_t room = 0;
	*plan = (struct plan){0};
	while (cursor.at < cursor.end) {
		if (plan->count == room) {
			room = room ? room * 2 : 128;
			plan->steps = realloc(plan->steps, room * sizeof *plan->steps);
			if (!plan->steps)
				return -1;
		}
		if (plan->count >= PLAN_MAX_STEPS || !take_step(&cursor, &plan->steps[plan->count])) {
			errno = EBADMSG;
			return -1;
		}
		plan->count++;
	}
	return 0;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->steps[i].argv - 1);
		free(plan->steps[i].sizes - 1);
	}
	free(plan->steps);
	*plan = (struct plan){0};
}

const struct step *plan_find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->steps[i].name, name) == 0)
			return &plan->steps[i];
	return NULL;
}

const char *step_text(const struct step *step, int index)
{
	return index < step->argc ? step->argv[index] : "";
}

uint64_t step_number(const struct step *step, int index)
{
	return strtoull(step_text(step, index), NULL, 0);
}
