// The supervisor's unix socket in the container's directory.
#ifndef SOCKET_H
#define SOCKET_H

#include "supervisor.h"

// Listens at `socket` in the container's directory (0600); nothing to do for a build step.
int socket_open(struct supervisor *supervisor);
void socket_accept(struct supervisor *supervisor);
// Removes the socket; clients stay.
void socket_close(struct supervisor *supervisor);

#endif
