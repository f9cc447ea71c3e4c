// Mounts the overlay of a container's layers: any number of folders, paths of any length.
#include "kernel.h"
#include "steps.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

// overlay TARGET OPTIONS UPPER WORK LOWER...: OPTIONS are `key` or `key=value` by commas; UPPER and WORK may be empty.
enum { TARGET, OPTIONS, UPPER, WORK, LOWER };

static int open_folder(struct context *context, const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? step_failed(context, path) : fd;
}

// fsconfig takes strings under 256 bytes; a descriptor's name in /proc stands for any folder.
static int set_folder(struct context *context, int fs, const char *key, const char *path)
{
	char link[64];
	if (strlen(path) < 256)
		return sys_fsconfig(fs, FSCONFIG_SET_STRING, key, path, 0) < 0 ? step_failed(context, path) : 0;
	int fd = open_folder(context, path);
	if (fd < 0)
		return -1;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	int result = sys_fsconfig(fs, FSCONFIG_SET_STRING, key, link, 0);
	return result < 0 ? step_failed(context, path) : 0;
}

static int set_options(struct context *context, int fs, const char *options)
{
	char copy[256], *rest = copy, *option;
	snprintf(copy, sizeof copy, "%s", options);
	while ((option = strsep(&rest, ",")) != NULL) {
		char *value = strchr(option, '=');
		if (value)
			*value++ = 0;
		unsigned command = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
		if (*option && sys_fsconfig(fs, command, option, value, 0) < 0)
			return step_failed(context, option);
	}
	return 0;
}

// The kernel's own words on why a mount failed, where it has any.
static void read_complaint(struct context *context, int fs)
{
	int error = errno;
	char text[sizeof context->detail];
	ssize_t size = read(fs, text, sizeof text - 1);
	if (size > 2) {
		text[size] = 0;
		text[strcspn(text, "\n")] = 0;
		snprintf(context->detail, sizeof context->detail, "%s", text + 2);
	}
	errno = error;
}

static int configure(struct context *context, int fs, const struct step *step)
{
	for (int i = LOWER; i < step->argc; i++)
		if (set_folder(context, fs, "lowerdir+", step->argv[i]) < 0)
			return -1;
	if (*step->argv[UPPER] && (set_folder(context, fs, "upperdir", step->argv[UPPER]) < 0 ||
				   set_folder(context, fs, "workdir", step->argv[WORK]) < 0))
		return -1;
	if (set_options(context, fs, step->argv[OPTIONS]) < 0)
		return -1;
	if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", "overlay", 0) < 0 ||
	    sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		read_complaint(context, fs);
		return -1;
	}
	return 0;
}

// Kernels before 6.5 lack "lowerdir+": mount(2) with the descriptors' numbers as paths relative to /proc/self/fd.
static int mount_by_numbers(struct context *context, const struct step *step, const char *target)
{
	char data[4096];
	int at = snprintf(data, sizeof data, "%s%slowerdir=", step->argv[OPTIONS], *step->argv[OPTIONS] ? "," : "");
	for (int i = LOWER; i < step->argc; i++) {
		int fd = open_folder(context, step->argv[i]);
		if (fd < 0)
			return -1;
		at += snprintf(data + at, sizeof data - (size_t)at, "%s%d", i == LOWER ? "" : ":", fd);
		if (at >= (int)sizeof data) {
			errno = E2BIG;
			return step_failed(context, "too many layers");
		}
	}
	if (*step->argv[UPPER]) {
		int upper = open_folder(context, step->argv[UPPER]), work = open_folder(context, step->argv[WORK]);
		if (upper < 0 || work < 0)
			return -1;
		at += snprintf(data + at, sizeof data - (size_t)at, ",upperdir=%d,workdir=%d", upper, work);
	}
	if (at >= (int)sizeof data || chdir("/proc/self/fd") < 0)
		return -1;
	int result = mount("overlay", target, "overlay", 0, data);
	int error = errno;
	(void)!chdir("/");
	errno = error;
	return result < 0 ? -1 : open_folder(context, target);
}

int step_overlay(struct context *context, const struct step *step)
{
	if (step->argc <= LOWER) {
		errno = EINVAL;
		return -1;
	}
	const char *target = step->argv[TARGET];
	int folder = open_folder(context, target);
	int fs = folder < 0 ? -1 : sys_fsopen("overlay");
	if (fs < 0)
		return -1;
	int mounted;
	if (configure(context, fs, step) == 0) {
		mounted = sys_fsmount(fs, 0);
		if (mounted < 0 || sys_move_mount(mounted, folder) < 0)
			return step_failed(context, target);
	} else if (errno == EINVAL && sys_fsconfig(sys_fsopen("overlay"), FSCONFIG_SET_STRING, "lowerdir+", "/", 0) < 0) {
		mounted = mount_by_numbers(context, step, target);
	} else {
		return -1;
	}
	close(fs);
	close(folder);
	context->root = mounted;
	return mounted < 0 ? -1 : 0;
}
