// Writes the container's log as Docker's json-file lines: {"log":"…\n","stream":"stdout","time":"…"}.
#include "log.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int log_open(struct log *log, int directory)
{
	*log = (struct log){.fd = openat(directory, "log.json", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640)};
	return log->fd < 0 ? -1 : 0;
}

// The length of the valid UTF-8 sequence at text, 0 where there is none (RFC 3629: no surrogates, no overlong forms).
static size_t sequence(const unsigned char *text, size_t size)
{
	static const struct {
		unsigned char first, last, low, high;
		size_t length;
	} FORMS[] = {
		{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
		{0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
		{0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
	};
	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
		if (*text < FORMS[i].first || *text > FORMS[i].last || size < FORMS[i].length)
			continue;
		if (text[1] < FORMS[i].low || text[1] > FORMS[i].high)
			return 0;
		for (size_t j = 2; j < FORMS[i].length; j++)
			if (text[j] < 0x80 || text[j] > 0xBF)
				return 0;
		return FORMS[i].length;
	}
	return 0;
}

static void escape(struct buffer *into, unsigned char byte)
{
	static const char SHORT[] = "\"\"\\\\\nn\rr\tt";
	char text[8];
	for (const char *pair = SHORT; *pair; pair += 2) {
		if ((unsigned char)pair[0] != byte)
			continue;
		text[0] = '\\';
		text[1] = pair[1];
		buffer_append(into, text, 2);
		return;
	}
	buffer_append(into, text, (size_t)snprintf(text, sizeof text, "\\u%04x", byte));
}

// Appends text as the inside of a JSON string; bytes that are no UTF-8 become U+FFFD.
static void append_json(struct buffer *into, const unsigned char *text, size_t size)
{
	size_t at = 0, plain = 0;
	while (at < size) {
		if (text[at] >= 0x20 && text[at] < 0x7F && text[at] != '"' && text[at] != '\\') {
			at++;
			continue;
		}
		buffer_append(into, text + plain, at - plain);
		size_t length = text[at] < 0x80 ? 0 : sequence(text + at, size - at);
		if (length > 0)
			buffer_append(into, text + at, length);
		else if (text[at] >= 0x80)
			buffer_append(into, "\\ufffd", 6);
		else
			escape(into, text[at]);
		at += length ? length : 1;
		plain = at;
	}
	buffer_append(into, text + plain, at - plain);
}

static void append_time(struct buffer *into)
{
	struct timespec now;
	struct tm parts;
	char text[64], fraction[64];
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
	buffer_append(into, text, strlen(text));
	buffer_append(into, fraction, (size_t)snprintf(fraction, sizeof fraction, ".%09ldZ", now.tv_nsec));
}

static void write_entry(struct buffer *out, int stream, const char *text, size_t size)
{
	static const char *const NAMES[] = {"\",\"stream\":\"stdout\",\"time\":\"", "\",\"stream\":\"stderr\",\"time\":\""};
	buffer_append(out, "{\"log\":\"", 8);
	append_json(out, (const unsigned char *)text, size);
	buffer_append(out, NAMES[stream], strlen(NAMES[stream]));
	append_time(out);
	buffer_append(out, "\"}\n", 3);
}

// Where a part of at most `limit` bytes ends without cutting a character.
static size_t part_end(const char *text, size_t limit)
{
	size_t end = limit;
	while (end > limit - 4 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	return end > limit - 4 ? end : limit;
}

static void flush(struct log *log, struct buffer *out)
{
	// A full disk must not stop the container: what cannot be written is lost.
	if (buffer_write(out, log->fd) < 0)
		buffer_consume(out, buffer_size(out));
	buffer_free(out);
}

void log_write(struct log *log, int stream, const char *bytes, size_t size)
{
	struct buffer *line = &log->lines[stream], out = {0};
	buffer_append(line, bytes, size);
	while (buffer_size(line) > 0) {
		char *start = line->bytes + line->start;
		char *newline = memchr(start, '\n', buffer_size(line));
		size_t length = newline ? (size_t)(newline - start) + 1 : buffer_size(line);
		if (length > LOG_PARTIAL)
			length = part_end(start, LOG_PARTIAL);
		else if (!newline)
			break;
		write_entry(&out, stream, start, length);
		buffer_consume(line, length);
	}
	flush(log, &out);
}

void log_close(struct log *log)
{
	if (log->fd < 0)
		return;
	for (int stream = 0; stream < 2; stream++) {
		struct buffer *line = &log->lines[stream], out = {0};
		if (buffer_size(line) > 0)
			write_entry(&out, stream, line->bytes + line->start, buffer_size(line));
		flush(log, &out);
		buffer_free(line);
	}
	close(log->fd);
	log->fd = -1;
}
