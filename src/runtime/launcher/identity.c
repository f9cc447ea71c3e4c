// Who the command runs as and what it may do: limits, user and groups, capabilities, seccomp.
#include "kernel.h"
#include "steps.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

// rlimit NUMBER SOFT HARD CLAMP NAME: CLAMP lowers the limit to what may be set.
int step_rlimit(struct context *context, const struct step *step)
{
	int type = (int)step_number(step, 0);
	struct rlimit now, limit = {step_number(step, 1), step_number(step, 2)};
	if (setrlimit((__rlimit_resource_t)type, &limit) == 0)
		return 0;
	if (errno != EPERM || getrlimit((__rlimit_resource_t)type, &now) < 0)
		return step_failed(context, step_text(step, 4));
	if (step_number(step, 3)) {
		if (limit.rlim_max > now.rlim_max)
			limit.rlim_max = now.rlim_max;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		return setrlimit((__rlimit_resource_t)type, &limit) < 0 ? step_failed(context, step_text(step, 4)) : 0;
	}
	snprintf(context->detail, sizeof context->detail, "%s: the hard limit here is %llu", step_text(step, 4),
		 (unsigned long long)now.rlim_max);
	errno = EPERM;
	return -1;
}

// umask OCTAL
int step_umask(struct context *context, const struct step *step)
{
	(void)context;
	umask((mode_t)step_number(step, 0));
	return 0;
}

// The streams' pipes and terminal belong to whom they serve, so that /dev/stdout can be opened.
static int give_streams(uid_t user)
{
	struct stat about;
	for (int fd = 0; fd <= 2; fd++) {
		if (fstat(fd, &about) < 0)
			return -1;
		bool ours = S_ISFIFO(about.st_mode) || (S_ISCHR(about.st_mode) && isatty(fd));
		if (ours && about.st_uid != user && fchown(fd, user, (gid_t)-1) < 0)
			return -1;
	}
	return 0;
}

// user UID GID GROUP...: permitted capabilities are kept for the steps that follow.
int step_user(struct context *context, const struct step *step)
{
	uid_t user = (uid_t)step_number(step, 0);
	gid_t group = (gid_t)step_number(step, 1);
	size_t count = step->argc > 2 ? (size_t)step->argc - 2 : 0;
	gid_t *groups = calloc(count + 1, sizeof *groups);
	if (!groups)
		return -1;
	for (size_t i = 0; i < count; i++)
		groups[i] = (gid_t)step_number(step, (int)i + 2);
	if (give_streams(user) < 0)
		return step_failed(context, "giving the standard streams to the user");
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setgroups(count, groups) < 0)
		return step_failed(context, "setting the supplementary groups");
	if (setresgid(group, group, group) < 0 || setresuid(user, user, user) < 0)
		return step_failed(context, step_text(step, 0));
	free(groups);
	return prctl(PR_SET_KEEPCAPS, 0);
}

// bounding MASK: everything else leaves the bounding set.
int step_bounding(struct context *context, const struct step *step)
{
	(void)context;
	uint64_t mask = step_number(step, 0);
	for (int capability = 0; capability < 64; capability++) {
		if (mask & (1ull << capability))
			continue;
		// EINVAL: past the last capability this kernel knows.
		if (prctl(PR_CAPBSET_DROP, capability) < 0)
			return errno == EINVAL ? 0 : -1;
	}
	return 0;
}

struct capabilities {
	uint64_t effective, permitted, inheritable;
};

static int get_capabilities(struct capabilities *sets)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
	sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return 0;
}

static int set_capabilities(const struct capabilities *sets)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{(uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable},
		{(uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32), (uint32_t)(sets->inheritable >> 32)},
	};
	return (int)syscall(SYS_capset, &header, data);
}

// ambient INHERITABLE AMBIENT: with all permitted ones in effect again, for what is left to do.
int step_ambient(struct context *context, const struct step *step)
{
	struct capabilities sets;
	uint64_t ambient = step_number(step, 1);
	if (get_capabilities(&sets) < 0)
		return -1;
	sets.effective = sets.permitted;
	sets.inheritable = step_number(step, 0) & (sets.permitted | sets.inheritable);
	if (set_capabilities(&sets) < 0)
		return step_failed(context, "inheritable");
	for (int capability = 0; capability < 64; capability++)
		if ((ambient & sets.inheritable & (1ull << capability)) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
			return step_failed(context, "ambient");
	return 0;
}

// capabilities EFFECTIVE PERMITTED INHERITABLE: what this process itself lacks stays away.
int step_capabilities(struct context *context, const struct step *step)
{
	(void)context;
	struct capabilities sets;
	if (get_capabilities(&sets) < 0)
		return -1;
	sets.permitted &= step_number(step, 1);
	sets.effective = step_number(step, 0) & sets.permitted;
	sets.inheritable &= step_number(step, 2);
	return set_capabilities(&sets);
}

// no-new-privs
int step_no_new_privs(struct context *context, const struct step *step)
{
	(void)context;
	(void)step;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

// seccomp FILTER FLAGS: FILTER is an array of struct sock_filter.
int step_seccomp(struct context *context, const struct step *step)
{
	size_t count = step->argc > 0 ? step->sizes[0] / sizeof(struct sock_filter) : 0;
	if (count == 0 || count > BPF_MAXINSNS || step->sizes[0] % sizeof(struct sock_filter)) {
		errno = EINVAL;
		return step_failed(context, "the filter's size");
	}
	// The plan's bytes are not aligned.
	struct sock_filter *filter = malloc(step->sizes[0]);
	if (!filter)
		return -1;
	__builtin_memcpy(filter, step->argv[0], step->sizes[0]);
	struct sock_fprog program = {(unsigned short)count, filter};
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned)step_number(step, 1), &program);
}

// seccomp-inherit: the filter of the container's own plan.
int step_seccomp_inherit(struct context *context, const struct step *step)
{
	(void)step;
	const struct step *own = plan_find(context->container, "seccomp");
	return own ? step_seccomp(context, own) : 0;
}

// die-with-parent: after the last change of user, which would forget it.
int step_die_with_parent(struct context *context, const struct step *step)
{
	(void)step;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	// The supervisor may have died before: then the status channel's other end is closed.
	struct pollfd status = {.fd = context->status, .events = POLLIN};
	if (poll(&status, 1, 0) > 0 && (status.revents & POLLHUP))
		_exit(137);
	return 0;
}
