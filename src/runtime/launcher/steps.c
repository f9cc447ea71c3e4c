// The table of steps, and the loop over them.
#include "steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	step_function *run;
} TABLE[] = {
	{"propagation", step_propagation},
	{"overlay", step_overlay},
	{"bind-root", step_bind_root},
	{"readonly-root", step_readonly_root},
	{"mount", step_mount},
	{"bind", step_bind},
	{"propagate", step_propagate},
	{"mountpoint", step_mountpoint},
	{"mask", step_mask},
	{"readonly", step_readonly},
	{"pivot", step_pivot},
	{"directory", step_directory},
	{"device", step_device},
	{"symlink", step_symlink},
	{"write", step_write},
	{"hostname", step_hostname},
	{"domainname", step_domainname},
	{"make-cgroup", step_make_cgroup},
	{"join-cgroups", step_join_cgroups},
	{"remove-cgroup", step_remove_cgroup},
	{"device-program", step_device_program},
	{"setns", step_setns},
	{"unshare", step_unshare},
	{"loopback", step_loopback},
	{"link", step_link},
	{"unlink-host", step_unlink_host},
	{"rlimit", step_rlimit},
	{"umask", step_umask},
	{"user", step_user},
	{"bounding", step_bounding},
	{"ambient", step_ambient},
	{"capabilities", step_capabilities},
	{"no-new-privs", step_no_new_privs},
	{"seccomp", step_seccomp},
	{"seccomp-inherit", step_seccomp_inherit},
	{"die-with-parent", step_die_with_parent},
	{"environment", step_environment},
	{"make-cwd", step_make_cwd},
	{"cwd", step_cwd},
	{"terminal", step_terminal},
	{"console", step_console},
	{"command", step_command},
	{"exec", step_exec},
	{"serve", step_serve},
};

static step_function *find(const char *name)
{
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
		if (strcmp(TABLE[i].name, name) == 0)
			return TABLE[i].run;
	return NULL;
}

static int run_one(struct context *context, const struct step *step)
{
	step_function *run = find(step->name);
	if (!run) {
		errno = ENOSYS;
		return -1;
	}
	context->detail[0] = 0;
	return run(context, step);
}

int steps_run(struct context *context, const struct plan *plan, enum phase phase, size_t *failed)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		if (step->phase != phase || run_one(context, step) == 0 || (step->flags & STEP_OPTIONAL))
			continue;
		*failed = i;
		return -1;
	}
	return 0;
}

int step_failed(struct context *context, const char *detail)
{
	int error = errno;
	snprintf(context->detail, sizeof context->detail, "%s", detail);
	errno = error;
	return -1;
}
