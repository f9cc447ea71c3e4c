// The channel from the container's process to its supervisor, until exec closes it.
#include "steps.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void post(int status, const struct status_message *message)
{
	size_t size = STATUS_HEAD + strlen(message->detail) + 1;
	// Nobody to tell means the supervisor is gone, and with it this process.
	(void)!send(status, message, size, MSG_NOSIGNAL);
}

void status_failed(int status, size_t index, const char *name, int error, const char *detail)
{
	struct status_message message = {.type = STATUS_FAILED, .index = (int32_t)index, .error = error};
	snprintf(message.name, sizeof message.name, "%s", name);
	snprintf(message.detail, sizeof message.detail, "%s", detail);
	post(status, &message);
}

void status_made(int status, const char *path)
{
	struct status_message message = {.type = STATUS_MADE};
	if (snprintf(message.detail, sizeof message.detail, "%s", path) < (int)sizeof message.detail)
		post(status, &message);
}

void status_pid(int status, int pid)
{
	struct status_message message = {.type = STATUS_PID, .index = pid};
	post(status, &message);
}

int status_terminal(int status, int master)
{
	struct status_message message = {.type = STATUS_TERMINAL};
	char control[CMSG_SPACE(sizeof master)] = {0};
	struct iovec part = {.iov_base = &message, .iov_len = STATUS_HEAD + 1};
	struct msghdr head = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&head);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof master);
	memcpy(CMSG_DATA(rights), &master, sizeof master);
	return sendmsg(status, &head, MSG_NOSIGNAL) < 0 ? -1 : 0;
}
