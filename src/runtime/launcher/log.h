// The container's log: Docker's json-file lines.
#ifndef LOG_H
#define LOG_H

#include "buffer.h"

#include <stdbool.h>

#define LOG_PARTIAL 16384

struct log {
	int fd;
	struct buffer lines[2]; // an unfinished line of stdout, of stderr
};

// Opens (appending) log.json in a directory; -1 with errno.
int log_open(struct log *log, int directory);
// Writes the complete lines of what came; longer lines go in parts of 16 KiB. stream: 0 stdout, 1 stderr.
void log_write(struct log *log, int stream, const char *bytes, size_t size);
// Writes unfinished lines.
void log_close(struct log *log);

#endif
