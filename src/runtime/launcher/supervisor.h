// A container's supervisor: its processes, the clients of its socket, its log and its end.
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "buffer.h"
#include "log.h"
#include "plan.h"
#include "steps.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CLIENTS_MAX 64
#define PROCESSES_MAX 64
#define OUTPUT_LIMIT (1u << 20) // bytes waiting for a slow client before output stops for it
#define INPUT_LIMIT (64u << 10) // bytes waiting for a process that does not read
#define SERVED_JOBS 4           // descriptor of a server's connection
#define STALL_SECONDS 10        // how long an impatient client may hold output up

// The container's process, or one that entered it.
struct process {
	bool used;
	bool started;     // exec succeeded
	bool ended;
	bool terminal;
	pid_t pid;
	pid_t helper;     // made the process inside the container's namespaces
	int pidfd;
	int wait_status;
	int status;       // channel of struct status_message, -1 once closed
	int input;        // pipe or terminal, -1
	int outputs[2];   // stdout or terminal; stderr
	struct buffer pending; // input not yet taken
	bool input_ends;
	struct plan *plan;
	char *plan_bytes;
	struct status_message failure; // type 0: none
};

// What a client wants: bits of its ATTACH.
enum attach { ATTACH_STDIN = 1, ATTACH_STDOUT = 2, ATTACH_STDERR = 4, ATTACH_PATIENT = 8, ATTACH_WAIT = 16 };

struct client {
	int fd; // -1: free
	bool starter; // came with the plan: the process that asked for the container
	uint8_t attach;
	struct process *process; // the container's, or its own exec's
	struct buffer in;
	struct buffer queue;
	struct buffer *out; // its own queue, or that of the connection it shares with other jobs
	uint32_t job;       // which of the connection's jobs; 0: it has the connection to itself
	int64_t stalled_since; // milliseconds, 0: not
	bool told; // how its process ended
};

struct supervisor {
	struct plan plan;
	struct context context;
	int directory;  // where log, socket and exit status go; -1 for a build step
	int signals;    // signalfd
	int listener;   // -1: no socket
	int upper;      // writable layer, for what is taken away at the end; -1
	struct log log;
	struct process processes[PROCESSES_MAX]; // the first is the container's
	struct client clients[CLIENTS_MAX];      // the first is the starter
	int64_t started_at;  // milliseconds since the epoch
	int64_t kill_at;     // monotonic milliseconds; 0: no deadline
	bool killed;         // asked to end
	bool oom_killed;
	bool waited_for;     // someone was attached or waiting when it ended
	char **made;         // mountpoints to take away
	size_t made_count;
};

static inline struct process *container_process(struct supervisor *supervisor)
{
	return &supervisor->processes[0];
}

// supervise.c: runs a container from plan to end; the exit status of the supervisor itself.
int supervise(struct supervisor *supervisor);
// Blocks signals; the descriptor to read them from.
int supervisor_signals(void);
int64_t monotonic_milliseconds(void);

// supervisor.c: an empty supervisor of supervisor->plan, with its folders opened; -1 with errno.
int supervisor_open(struct supervisor *supervisor);
// The process that asked for the container, attached as the plan says; `shared`: the queue of a connection with several jobs.
void client_starter(struct supervisor *supervisor, int fd, uint32_t job, struct buffer *shared);
// Carries out what precedes the process, and makes it; false when that failed, container_process saying why.
bool supervisor_start(struct supervisor *supervisor);
// The process was reaped with this status.
void process_ended(struct supervisor *supervisor, struct process *process, int status);
// Undoes what the container needed and tells how it ended.
void supervisor_finish(struct supervisor *supervisor, bool started);

// process.c
int process_start(struct supervisor *supervisor, struct process *process);
void process_status(struct supervisor *supervisor, struct process *process);
// The pid as the host sees it; of an external runtime's container, not of that runtime.
pid_t process_pid(struct supervisor *supervisor, const struct process *process);
void process_signal(struct supervisor *supervisor, struct process *process, int signal);
int process_resize(const struct process *process, unsigned short width, unsigned short height);
void process_write_input(struct process *process);
void process_release(struct process *process);
struct process *process_free_slot(struct supervisor *supervisor);
void process_read_output(struct supervisor *supervisor, struct process *process, int stream);
void process_drain(struct supervisor *supervisor, struct process *process);

// spawn.c: makes the process, in the namespaces its plan asks for, or in the container's.
int spawn_child(const struct plan *plan, struct process *process, const int streams[3], int status);
// Moves a process that was just made into its v1 cgroups and tells it the outcome.
void spawn_join(const struct plan *plan, const struct process *process);
int spawn_inside(struct supervisor *supervisor, struct process *process, const int streams[3], int status);

// client.c
struct client *client_add(struct supervisor *supervisor, int fd);
// Says which container this is.
void client_hello(struct supervisor *supervisor, struct client *client);
void client_drop(struct supervisor *supervisor, struct client *client);
void client_read(struct supervisor *supervisor, struct client *client);
void client_write(struct supervisor *supervisor, struct client *client);
void client_send(struct supervisor *supervisor, struct client *client, uint8_t type, const void *bytes, size_t size);
void clients_output(struct supervisor *supervisor, struct process *process, int stream, const char *bytes, size_t size);
bool clients_hold(struct supervisor *supervisor, struct process *process);
void clients_started(struct supervisor *supervisor, struct process *process);
void clients_ended(struct supervisor *supervisor, struct process *process);

// ending.c
void ending_unmake(struct supervisor *supervisor);
// Runs all steps of a phase, whatever becomes of each.
void ending_steps(struct supervisor *supervisor, enum phase phase);
void ending_record(struct supervisor *supervisor);
// The host command that follows the end of a container nobody waited for.
void ending_command(struct supervisor *supervisor);
bool ending_oom(const struct plan *plan);

// Frames of the socket: u8 type, u24 job (0 where there is one only), u32 size, then the payload.
#define FRAME_HEAD 8

enum frame {
	FRAME_ATTACH = 1,     // u8 attach bits
	FRAME_STDIN = 2,      // bytes
	FRAME_STDIN_END = 3,
	FRAME_RESIZE = 4,     // u16 width, u16 height
	FRAME_SIGNAL = 5,     // u32 signal
	FRAME_EXEC = 6,       // a plan
	FRAME_RUN = 7,        // a plan: a new job of a server
	FRAME_HELLO = 16,     // struct hello
	FRAME_STARTED = 17,   // struct hello
	FRAME_STDOUT = 18,
	FRAME_STDERR = 19,
	FRAME_EXIT = 20,      // i32 code, i32 signal, u32 oom killed
	FRAME_ERROR = 21,     // i32 step, i32 errno, then name NUL detail NUL
	FRAME_DONE = 22,      // i32 errno: answer to SIGNAL and RESIZE
};

struct hello {
	uint32_t pid;
	uint32_t terminal;
	int64_t started_at;
};

#endif
