// Listens for clients in the container's directory.
#include "socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_here(int fd)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	mode_t before = umask(0177);
	int result = bind(fd, (const struct sockaddr *)&address, sizeof address);
	umask(before);
	return result < 0 ? -1 : listen(fd, 64);
}

int socket_open(struct supervisor *supervisor)
{
	if (supervisor->directory < 0)
		return 0;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	// Relative, since a socket's path is short and a directory's may not be.
	if (fd < 0 || fchdir(supervisor->directory) < 0)
		return -1;
	unlinkat(supervisor->directory, "socket", 0);
	int result = listen_here(fd);
	int error = errno;
	(void)!chdir("/");
	errno = error;
	supervisor->listener = fd;
	return result;
}

void socket_accept(struct supervisor *supervisor)
{
	int fd = accept4(supervisor->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client = fd < 0 ? NULL : client_add(supervisor, fd);
	if (client && container_process(supervisor)->started)
		client_hello(supervisor, client);
}

void socket_close(struct supervisor *supervisor)
{
	if (supervisor->listener < 0)
		return;
	unlinkat(supervisor->directory, "socket", 0);
	close(supervisor->listener);
	supervisor->listener = -1;
}
