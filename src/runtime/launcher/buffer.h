// A queue of bytes: appended at its end, consumed from its start.
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>

struct buffer {
	char *bytes;
	size_t start;
	size_t end;
	size_t room;
};

static inline size_t buffer_size(const struct buffer *buffer)
{
	return buffer->end - buffer->start;
}

// Appends; ends the process when memory is exhausted.
void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
// Drops from the start.
void buffer_consume(struct buffer *buffer, size_t size);
void buffer_free(struct buffer *buffer);

// Writes as much as fd takes; -1 with errno on failure other than EAGAIN.
int buffer_write(struct buffer *buffer, int fd);
// Reads once; the count, 0 at the end, -1 with errno (EAGAIN when nothing is there).
long buffer_read(struct buffer *buffer, int fd, size_t limit);

#endif
