// Namespaces entered or left by a process after it was made.
#include "kernel.h"
#include "steps.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// setns PATH FLAG
int step_setns(struct context *context, const struct step *step)
{
	int fd = open(step_text(step, 0), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, (int)step_number(step, 1)) < 0)
		return step_failed(context, step_text(step, 0));
	close(fd);
	return 0;
}

// unshare FLAGS
int step_unshare(struct context *context, const struct step *step)
{
	(void)context;
	return unshare((int)step_number(step, 0));
}

// loopback: a new network namespace has its loopback down.
int step_loopback(struct context *context, const struct step *step)
{
	(void)context;
	(void)step;
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &request);
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return result;
}
