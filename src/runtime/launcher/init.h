// PID 1 of a container that asked for an init.
#ifndef INIT_H
#define INIT_H

#include "steps.h"

// Returns 0 in a new child, which runs the command; the caller itself stays, reaps, forwards signals and ends as the child ends.
int init_split(struct context *context);

#endif
