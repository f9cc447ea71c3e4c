// Builds rtnetlink requests (RFC 3549) and takes their answers.
#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

int netlink_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

// Appends, with zeros up to the next multiple of four; a request that grows too long is refused when it is sent.
static void *append(struct netlink_request *request, const void *bytes, size_t size)
{
	char *at = (char *)request + request->head.nlmsg_len;
	size_t aligned = NLMSG_ALIGN(size);
	if (request->head.nlmsg_len + aligned > sizeof *request) {
		request->head.nlmsg_type = NLMSG_NOOP;
		return request->body;
	}
	memset(at, 0, aligned);
	if (bytes)
		memcpy(at, bytes, size);
	request->head.nlmsg_len += (uint32_t)aligned;
	return at;
}

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, const void *fixed, size_t size)
{
	request->head = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags)};
	append(request, fixed, size);
}

void netlink_add(struct netlink_request *request, uint16_t type, const void *bytes, size_t size)
{
	struct nlattr head = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type};
	append(request, &head, sizeof head);
	append(request, bytes, size);
}

void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text)
{
	netlink_add(request, type, text, strlen(text) + 1);
}

void netlink_add_number(struct netlink_request *request, uint16_t type, uint32_t number)
{
	netlink_add(request, type, &number, sizeof number);
}

struct nlattr *netlink_nest(struct netlink_request *request, uint16_t type, const void *fixed, size_t size)
{
	struct nlattr head = {.nla_type = type};
	struct nlattr *nest = append(request, &head, sizeof head);
	append(request, fixed, size);
	return nest;
}

void netlink_unnest(struct netlink_request *request, struct nlattr *nest)
{
	nest->nla_len = (uint16_t)((char *)request + request->head.nlmsg_len - (char *)nest);
}

int netlink_ask(int netlink, struct netlink_request *request)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[4096];
	} answer;
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	if (request->head.nlmsg_type == NLMSG_NOOP) {
		errno = EMSGSIZE;
		return -1;
	}
	if (sendto(netlink, request, request->head.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0)
		return -1;
	ssize_t size = recv(netlink, &answer, sizeof answer, 0);
	if (size < 0)
		return -1;
	if (size < (ssize_t)NLMSG_LENGTH(sizeof answer.error) || answer.head.nlmsg_type != NLMSG_ERROR) {
		errno = EPROTO;
		return -1;
	}
	errno = -answer.error.error;
	return answer.error.error == 0 ? 0 : -1;
}
