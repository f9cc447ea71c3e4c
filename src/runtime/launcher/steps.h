// Carries out the steps of a plan, and says which one failed.
#ifndef STEPS_H
#define STEPS_H

#include "plan.h"

#include <stdbool.h>
#include <sys/types.h>

// What steps share within one process.
struct context {
	int root;                    // O_PATH descriptor of the container's root
	int status;                  // where the supervisor listens; -1 in the supervisor itself
	bool init;                   // stay as PID 1 and run the command as a child
	bool cwd_done;               // the working directory was entered
	bool terminal;               // the standard streams are a terminal
	char **environment;          // of the command
	const struct plan *container; // the container's own plan, for what an exec takes from it
	char detail[512];            // what the failing step was at, for the message
};

typedef int step_function(struct context *context, const struct step *step);

// Runs all steps of a phase; -1 with errno at the first failure, *failed saying which.
int steps_run(struct context *context, const struct plan *plan, enum phase phase, size_t *failed);
// Notes what the step was at when it failed; keeps errno and returns -1.
int step_failed(struct context *context, const char *detail);

// What the container's process tells its supervisor: one datagram each; exec ends the channel.
enum status_type { STATUS_FAILED = 'F', STATUS_TERMINAL = 'T', STATUS_MADE = 'M', STATUS_PID = 'P' };

struct status_message {
	int32_t type;
	int32_t index; // of the failed step; or the pid
	int32_t error;
	char name[32];
	char detail[4096];
};

#define STATUS_HEAD offsetof(struct status_message, detail)

// What became of the move into the groups that the settings `v1-cgroup` name; sent to the process by its supervisor.
struct join_outcome {
	int32_t error; // 0: it is in all of them
	char cgroup[512];
};

// Puts a process, 0 for this one, into a cgroup; -1 with errno.
int cgroup_join(const char *path, pid_t pid);

// Reports a failed step.
void status_failed(int status, size_t index, const char *name, int error, const char *detail);
// Reports a mountpoint that had to be made: its path in the root.
void status_made(int status, const char *path);
// Reports the pid of an exec's process.
void status_pid(int status, int pid);
// Hands the terminal's master to the supervisor.
int status_terminal(int status, int master);

step_function step_propagation, step_overlay, step_bind_root, step_readonly_root, step_mount, step_bind, step_mask,
	step_readonly, step_pivot, step_propagate, step_mountpoint;
step_function step_directory, step_device, step_symlink, step_write, step_hostname, step_domainname, step_join_cgroups;
step_function step_link, step_unlink_host;
step_function step_setns, step_unshare, step_loopback, step_rlimit, step_umask, step_user, step_bounding, step_ambient,
	step_capabilities, step_no_new_privs, step_seccomp, step_seccomp_inherit, step_die_with_parent;
step_function step_environment, step_cwd, step_make_cwd, step_exec, step_terminal, step_console;
step_function step_make_cgroup, step_remove_cgroup, step_device_program, step_command;
step_function step_serve;

#endif
