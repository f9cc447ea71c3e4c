// The container's terminal: made in its own devpts, its master handed to the supervisor.
#include "kernel.h"
#include "root.h"
#include "steps.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <termios.h>

static int open_peer(struct context *context, int master)
{
	int unlock = 0;
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return -1;
	int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return peer < 0 || status_terminal(context->status, master) < 0 ? -1 : peer;
}

// terminal PTMX WIDTH HEIGHT: becomes the controlling terminal and the standard streams.
int step_terminal(struct context *context, const struct step *step)
{
	const char *path = step_text(step, 0);
	struct winsize size = {.ws_col = (unsigned short)step_number(step, 1), .ws_row = (unsigned short)step_number(step, 2)};
	int master = root_open(context->root, path, O_RDWR | O_NOCTTY);
	int peer = master < 0 ? -1 : open_peer(context, master);
	if (peer < 0)
		return step_failed(context, path);
	if (size.ws_col && ioctl(master, TIOCSWINSZ, &size) < 0)
		return step_failed(context, path);
	if (ioctl(peer, TIOCSCTTY, 0) < 0)
		return step_failed(context, "controlling terminal");
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(peer, fd) < 0)
			return -1;
	close(master);
	close(peer);
	context->terminal = true;
	return 0;
}

// console PATH: the terminal's device bound there.
int step_console(struct context *context, const struct step *step)
{
	int onto = root_destination(context, step, step_text(step, 0), false);
	if (onto < 0)
		return step_failed(context, step_text(step, 0));
	// The peer is open as fd 0; its name in /proc is followed to the node itself, in whatever devpts it lies.
	int tree = sys_open_tree(AT_FDCWD, "/proc/self/fd/0", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	int result = tree < 0 ? -1 : sys_move_mount(tree, onto);
	int error = errno;
	if (tree >= 0)
		close(tree);
	close(onto);
	errno = error;
	return result < 0 ? step_failed(context, step_text(step, 0)) : 0;
}
