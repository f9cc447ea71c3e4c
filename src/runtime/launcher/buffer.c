// Queues of bytes between descriptors.
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void make_room(struct buffer *buffer, size_t size)
{
	if (buffer->start > 0) {
		memmove(buffer->bytes, buffer->bytes + buffer->start, buffer_size(buffer));
		buffer->end -= buffer->start;
		buffer->start = 0;
	}
	if (buffer->room - buffer->end >= size)
		return;
	size_t room = buffer->room ? buffer->room : 4096;
	while (room - buffer->end < size)
		room *= 2;
	char *bytes = realloc(buffer->bytes, room);
	if (!bytes)
		abort();
	buffer->bytes = bytes;
	buffer->room = room;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (buffer->room - buffer->end < size)
		make_room(buffer, size);
	memcpy(buffer->bytes + buffer->end, bytes, size);
	buffer->end += size;
}

void buffer_consume(struct buffer *buffer, size_t size)
{
	buffer->start += size;
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

int buffer_write(struct buffer *buffer, int fd)
{
	while (buffer_size(buffer) > 0) {
		ssize_t written = write(fd, buffer->bytes + buffer->start, buffer_size(buffer));
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno == EAGAIN ? 0 : -1;
		buffer_consume(buffer, (size_t)written);
	}
	return 0;
}

long buffer_read(struct buffer *buffer, int fd, size_t limit)
{
	if (buffer->room - buffer->end < limit)
		make_room(buffer, limit);
	ssize_t got;
	do
		got = read(fd, buffer->bytes + buffer->end, limit);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		buffer->end += (size_t)got;
	return got;
}
