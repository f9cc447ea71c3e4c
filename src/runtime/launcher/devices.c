// The device rules of a version 2 cgroup: a program attached to it.
#include "kernel.h"
#include "steps.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

static int load(const struct step *step)
{
	struct bpf_insn *instructions = malloc(step->sizes[1]);
	if (!instructions)
		return -1;
	memcpy(instructions, step->argv[1], step->sizes[1]);
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insns = (uint64_t)(uintptr_t)instructions,
		.insn_cnt = (uint32_t)(step->sizes[1] / sizeof *instructions),
		.license = (uint64_t)(uintptr_t) "Apache",
	};
	int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
	free(instructions);
	return program;
}

// device-program CGROUP PROGRAM: an array of struct bpf_insn; it goes with the cgroup.
int step_device_program(struct context *context, const struct step *step)
{
	if (step->argc < 2 || step->sizes[1] == 0 || step->sizes[1] % sizeof(struct bpf_insn)) {
		errno = EINVAL;
		return -1;
	}
	int cgroup = open(step->argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int program = cgroup < 0 ? -1 : load(step);
	int result = -1;
	if (program >= 0) {
		union bpf_attr attributes = {
			.target_fd = (uint32_t)cgroup,
			.attach_bpf_fd = (uint32_t)program,
			.attach_type = BPF_CGROUP_DEVICE,
			.attach_flags = BPF_F_ALLOW_MULTI,
		};
		result = (int)syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes);
	}
	int error = errno;
	if (program >= 0)
		close(program);
	if (cgroup >= 0)
		close(cgroup);
	errno = error;
	return result < 0 ? step_failed(context, step->argv[0]) : 0;
}
