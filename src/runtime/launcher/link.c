// A container's link to the host's bridge: a network namespace with a veth pair, made by the container's process itself.
#include "kernel.h"
#include "netlink.h"
#include "steps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

// link NAME BRIDGE ALIAS ADDRESS PREFIX GATEWAY MAC MTU HAIRPIN: NAME is the host's end; MTU 0 leaves the kernel's.
enum { NAME, BRIDGE, ALIAS, ADDRESS, PREFIX, GATEWAY, MAC, MTU, HAIRPIN, COUNT };

#define INSIDE "eth0"

// Both sides of the link: connections to the host's namespace and to the container's.
struct sides {
	int host_namespace;
	int host;
	int inside;
};

static uint32_t index_of(int netlink, const char *name)
{
	struct ifreq request = {0};
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	return ioctl(netlink, SIOCGIFINDEX, &request) < 0 ? 0 : (uint32_t)request.ifr_ifindex;
}

static void begin_link(struct netlink_request *request, uint16_t flags, unsigned up, const char *name)
{
	const struct ifinfomsg fixed = {.ifi_family = AF_UNSPEC, .ifi_flags = up, .ifi_change = up};
	netlink_begin(request, RTM_NEWLINK, flags, &fixed, sizeof fixed);
	netlink_add_text(request, IFLA_IFNAME, name);
}

static int parse_mac(const char *text, unsigned char mac[6])
{
	int read = 0;
	for (int i = 0; i < 6; i++, text += read)
		if (sscanf(text, i < 5 ? "%2hhx:%n" : "%2hhx%n", &mac[i], &read) != 1)
			return -1;
	return 0;
}

static void add_mtu(struct netlink_request *request, const struct step *step)
{
	if (step_number(step, MTU))
		netlink_add_number(request, IFLA_MTU, (uint32_t)step_number(step, MTU));
}

// The pair is made from inside, its other end put into the host's namespace at once.
static int make_pair(const struct sides *sides, const struct step *step)
{
	struct netlink_request request;
	const struct ifinfomsg peer = {.ifi_family = AF_UNSPEC};
	unsigned char mac[6];
	errno = EINVAL;
	if (parse_mac(step_text(step, MAC), mac) < 0)
		return -1;
	begin_link(&request, NLM_F_CREATE | NLM_F_EXCL, 0, INSIDE);
	netlink_add(&request, IFLA_ADDRESS, mac, sizeof mac);
	add_mtu(&request, step);
	struct nlattr *info = netlink_nest(&request, IFLA_LINKINFO, NULL, 0);
	netlink_add_text(&request, IFLA_INFO_KIND, "veth");
	struct nlattr *data = netlink_nest(&request, IFLA_INFO_DATA, NULL, 0);
	struct nlattr *other = netlink_nest(&request, VETH_INFO_PEER, &peer, sizeof peer);
	netlink_add_text(&request, IFLA_IFNAME, step_text(step, NAME));
	add_mtu(&request, step);
	netlink_add_number(&request, IFLA_NET_NS_FD, (uint32_t)sides->host_namespace);
	netlink_unnest(&request, other);
	netlink_unnest(&request, data);
	netlink_unnest(&request, info);
	return netlink_ask(sides->inside, &request);
}

// No link-local address of IPv6, which the link is not for; a kernel without IPv6 makes none anyway.
static void forbid_link_local(int netlink, const char *name)
{
	struct netlink_request request;
	begin_link(&request, 0, 0, name);
	struct nlattr *families = netlink_nest(&request, IFLA_AF_SPEC, NULL, 0);
	struct nlattr *family = netlink_nest(&request, AF_INET6, NULL, 0);
	const uint8_t none = IN6_ADDR_GEN_MODE_NONE;
	netlink_add(&request, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none);
	netlink_unnest(&request, family);
	netlink_unnest(&request, families);
	netlink_ask(netlink, &request);
}

// Lets frames out where they came in: a container that calls its own published port, where bridges pass through netfilter.
static int set_hairpin(int netlink, const char *name)
{
	struct netlink_request request;
	const uint8_t on = 1;
	begin_link(&request, 0, 0, name);
	struct nlattr *info = netlink_nest(&request, IFLA_LINKINFO, NULL, 0);
	netlink_add_text(&request, IFLA_INFO_SLAVE_KIND, "bridge");
	struct nlattr *data = netlink_nest(&request, IFLA_INFO_SLAVE_DATA, NULL, 0);
	netlink_add(&request, IFLA_BRPORT_MODE, &on, sizeof on);
	netlink_unnest(&request, data);
	netlink_unnest(&request, info);
	return netlink_ask(netlink, &request);
}

static int join_bridge(int host, const struct step *step)
{
	struct netlink_request request;
	uint32_t bridge = index_of(host, step_text(step, BRIDGE));
	if (bridge == 0)
		return -1;
	forbid_link_local(host, step_text(step, NAME));
	begin_link(&request, 0, IFF_UP, step_text(step, NAME));
	netlink_add_text(&request, IFLA_IFALIAS, step_text(step, ALIAS));
	netlink_add_number(&request, IFLA_MASTER, bridge);
	if (netlink_ask(host, &request) < 0)
		return -1;
	return step_number(step, HAIRPIN) ? set_hairpin(host, step_text(step, NAME)) : 0;
}

static int bring_up(int netlink, const char *name)
{
	struct netlink_request request;
	begin_link(&request, 0, IFF_UP, name);
	return netlink_ask(netlink, &request);
}

static int add_address(int inside, const struct step *step)
{
	struct netlink_request request;
	struct in_addr address;
	const struct ifaddrmsg fixed = {
		.ifa_family = AF_INET, .ifa_prefixlen = (uint8_t)step_number(step, PREFIX), .ifa_index = index_of(inside, INSIDE)};
	errno = EINVAL;
	if (inet_pton(AF_INET, step_text(step, ADDRESS), &address) != 1)
		return -1;
	netlink_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
	netlink_add(&request, IFA_LOCAL, &address, sizeof address);
	netlink_add(&request, IFA_ADDRESS, &address, sizeof address);
	return netlink_ask(inside, &request);
}

static int add_route(int inside, const struct step *step)
{
	struct netlink_request request;
	struct in_addr gateway;
	const struct rtmsg fixed = {
		.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_BOOT, .rtm_type = RTN_UNICAST};
	errno = EINVAL;
	if (inet_pton(AF_INET, step_text(step, GATEWAY), &gateway) != 1)
		return -1;
	netlink_begin(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &fixed, sizeof fixed);
	netlink_add(&request, RTA_GATEWAY, &gateway, sizeof gateway);
	return netlink_ask(inside, &request);
}

static int open_sides(struct context *context, struct sides *sides)
{
	sides->host_namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	sides->host = netlink_open();
	if (sides->host_namespace < 0 || sides->host < 0)
		return step_failed(context, "the host's network");
	if (unshare(CLONE_NEWNET) < 0 || (sides->inside = netlink_open()) < 0)
		return step_failed(context, "a network namespace");
	return 0;
}

static int connect_sides(struct context *context, const struct sides *sides, const struct step *step)
{
	if (bring_up(sides->inside, "lo") < 0)
		return step_failed(context, "lo");
	if (make_pair(sides, step) < 0)
		return step_failed(context, step_text(step, NAME));
	if (join_bridge(sides->host, step) < 0)
		return step_failed(context, step_text(step, BRIDGE));
	forbid_link_local(sides->inside, INSIDE);
	if (add_address(sides->inside, step) < 0 || bring_up(sides->inside, INSIDE) < 0)
		return step_failed(context, step_text(step, ADDRESS));
	return add_route(sides->inside, step) < 0 ? step_failed(context, step_text(step, GATEWAY)) : 0;
}

int step_link(struct context *context, const struct step *step)
{
	struct sides sides = {-1, -1, -1};
	errno = EINVAL;
	int result = step->argc < COUNT ? -1 : open_sides(context, &sides);
	if (result == 0)
		result = connect_sides(context, &sides, step);
	int error = errno;
	for (int *side = (int[]){sides.host_namespace, sides.host, sides.inside, -2}; *side != -2; side++)
		if (*side >= 0)
			close(*side);
	errno = error;
	return result;
}

static void drop_claim(const char *claim, const char *owner)
{
	char holder[256];
	ssize_t size = readlink(claim, holder, sizeof holder);
	// Someone else who saw the link go may have given the address to another container by now.
	if (size == (ssize_t)strlen(owner) && memcmp(holder, owner, (size_t)size) == 0)
		unlink(claim);
}

// unlink-host NAME OWNER CLAIM RECORD: the kernel takes a link away some milliseconds after its namespace's last process;
// OWNER's claim on the address goes then. Where a process goes on using the namespace, the link is taken from it.
int step_unlink_host(struct context *context, const struct step *step)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	const char *name = step_text(step, 0);
	(void)context;
	for (int tries = 0; tries < 100 && if_nametoindex(name); tries++)
		nanosleep(&pause, NULL);
	int netlink = if_nametoindex(name) ? netlink_open() : -1;
	if (netlink >= 0) {
		struct netlink_request request;
		const struct ifinfomsg fixed = {.ifi_family = AF_UNSPEC};
		netlink_begin(&request, RTM_DELLINK, 0, &fixed, sizeof fixed);
		netlink_add_text(&request, IFLA_IFNAME, name);
		netlink_ask(netlink, &request);
		close(netlink);
	}
	if (if_nametoindex(name))
		return -1;
	drop_claim(step_text(step, 2), step_text(step, 1));
	return unlink(step_text(step, 3));
}
