// Paths inside the container's root: no link of a hostile image leads out of it.
#ifndef ROOT_H
#define ROOT_H

#include "steps.h"

#include <sys/types.h>

// Opens a path inside root, links resolved as if root were "/"; flags as for openat2.
int root_open(int root, const char *path, int flags);
// Opens the directory that holds path's last name (following links of the way), making missing ones; *name is that last name.
int root_open_parent(struct context *context, const char *path, const char **name);
// Opens (O_PATH) the destination of a mount, making a directory or an empty file where there is nothing.
int root_destination(struct context *context, const struct step *step, const char *path, bool directory);

#endif
