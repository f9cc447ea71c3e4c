// Requests to the kernel's network configuration (rtnetlink): one message, one answer.
#ifndef NETLINK_H
#define NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_request {
	struct nlmsghdr head;
	char body[2048];
};

// Opens a connection to the network namespace that this process is in; -1 with errno.
int netlink_open(void);
// Starts a request of a type, with the fixed part that its type has.
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, const void *fixed, size_t size);
// Adds an attribute.
void netlink_add(struct netlink_request *request, uint16_t type, const void *bytes, size_t size);
void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text);
void netlink_add_number(struct netlink_request *request, uint16_t type, uint32_t number);
// Begins an attribute that holds others, after `size` fixed bytes, and ends it.
struct nlattr *netlink_nest(struct netlink_request *request, uint16_t type, const void *fixed, size_t size);
void netlink_unnest(struct netlink_request *request, struct nlattr *nest);
// Sends the request and takes the answer; -1 with errno when it was refused.
int netlink_ask(int netlink, struct netlink_request *request);

#endif
