// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/templates.h"

#include <ctype.h>
#include <string.h>

/*
 * A pattern is a string in which these stand for more than themselves. The first three
 * are kept as they are, each of the others becomes a *. Of what was made a * already no
 * rule takes anything.
 */
#define START	"\001"	/* nothing, or what ends in a mark: no letter and no digit */
#define TEXT	"\002"	/* at least one byte */
#define END	"\003"	/* nothing, or what begins with a mark, to the end */
#define ANY	"\004"	/* at least one byte */
#define ID	"\005"	/* one of id_shapes */
#define NUM	"\006"	/* a number */
#define DOTTED	"\007"	/* numbers with dots between them */
#define HEX	"\010"	/* some hex digits */
#define SESSION	"\011"	/* logind's: 12, c12 */
#define RANDOM	"\016"	/* some hex digits, not all of them letters: no word */
#define HANDLE	"\017"	/* letters and a digit at least, as many as Garden's have */
#define F58	"\020"	/* of base 58, as Flux numbers jobs: no lower-case letters alone, which is a word */
#define B36	"\021"	/* lower-case letters and a digit at least, as many as BuildKit's ids have */
#define SAFE	"\022"	/* digits and consonants, as Kubernetes ends names: no word */

/* Hex digits so many, and for - one of id_marks. */
static const char *const id_shapes[] = {
	"8-4-4-4-12",	/* a UUID, of a pod, a snap, a terminal */
	"8-4-4-4-4",	/* an instance of Cloud Foundry, in Garden */
	"64",		/* a container, an image's layer */
	"40",
	"32",		/* a UUID without its dashes: systemd-run, a static pod */
};

/* systemd writes _ for the dashes of a pod's UID, \x2d in names made of paths. */
static const char *const id_marks[] = { "-", "_", "\\x2d" };

static const struct span {
	const char *hole;
	const char *set;
	size_t least;
	const char *with;	/* one of these at least */
} spans[] = {
	{ NUM, "0123456789", 1, NULL },
	{ DOTTED, "0123456789.", 3, NULL },
	{ HEX, "0123456789abcdef", 6, NULL },
	{ SESSION, "c0123456789", 1, NULL },
	{ RANDOM, "0123456789abcdef", 6, "0123456789" },
	{ HANDLE, "0123456789abcdefghijklmnopqrstuv", 10, "0123456789" },
	{ F58, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 4,
	  "123456789ABCDEFGHJKLMNPQRSTUVWXYZ" },
	{ B36, "0123456789abcdefghijklmnopqrstuvwxyz", 25, "0123456789" },
	{ SAFE, "0123456789bcdfghjklmnpqrstvwxyz", 5, NULL },
};

/*
 * The rules are tried in this order on each component of a path, each again and again
 * until it changes nothing more: what says more about a name stands first. One without a
 * hole knows a name that has to stay: no rule behind it is tried.
 */
static const struct rule {
	const char *pattern;
	const char *under;	/* only where the component before is that */
} rules[] = {
	/* systemd: instances of template units, sessions, transient units */
	{ "dbus-:" DOTTED "-" TEXT "@" ANY ".service", NULL },
	{ "ceph-" ID "@" TEXT "." ANY ".service", NULL },	/* cephadm: one unit for all that it runs */
	{ TEXT "@" ANY ".service", NULL },
	{ TEXT "@" ANY ".socket", NULL },
	{ START "dbus\\x2d:" DOTTED "\\x2d" TEXT ".slice", NULL },
	{ "user-" NUM ".slice", NULL },
	{ "session-" SESSION ".scope", NULL },
	{ "c" NUM, "" },			/* elogind's, at the root */
	{ "run-r" ID END, NULL },
	{ "run-r" RANDOM END, NULL },
	{ "run-u" NUM END, NULL },
	{ "run-p" NUM "-i" NUM END, NULL },
	{ "run-" NUM ".service", NULL },	/* of systemd 219, by pid */
	{ "run-user-" NUM END, NULL },
	{ "app-" TEXT "-" RANDOM ".scope", NULL },
	{ "tab(" NUM ").scope", NULL },		/* Konsole's */
	{ ANY ".scope", "surfaces" },		/* Ghostty's, by a pointer */

	/* snapd: a revision's mount, what it tries and what it mounts for a snap */
	{ "snap-" TEXT "-" NUM ".mount", NULL },
	{ "snap-" TEXT "-x" NUM ".mount", NULL },	/* of a file, not from the store */
	{ "tmp-" TEXT "\\x2dmountpoint\\x2d" NUM ".mount", NULL },
	{ "tmp-snap.rootfs_" ANY ".mount", NULL },

	/* mounts: snapper's, on what mktemp -d made */
	{ START "\\x2esnapshots-" NUM "-snapshot.mount", NULL },
	{ "tmp-tmp." ANY ".mount", NULL },

	/* virtual machines and system containers */
	{ "machine-qemu\\x2d" ANY ".scope", NULL },
	{ "machine-lxc\\x2d" ANY ".scope", NULL },
	{ "machine-" ANY ".scope", NULL },
	{ "qemu-" ANY ".libvirt-qemu", NULL },
	{ "lxc-" ANY ".libvirt-lxc", NULL },
	{ ANY ".libvirt-qemu", NULL },		/* of older ones */
	{ ANY ".libvirt-lxc", NULL },
	{ "vcpu" NUM, NULL },
	{ "iothread" NUM, NULL },
	{ "lxc.payload." ANY, NULL },
	{ "lxc.monitor." ANY, NULL },
	{ ANY, "firecracker" },		/* its jailer, by the machine's name */
	{ ANY, "lxc" },
	{ ANY, "lxc.payload" },
	{ ANY, "lxc.monitor" },

	/* containers and pods, and the mounts that are made for them */
	{ ANY, "buildkit" },
	{ B36, "docker" },			/* a step of a build, by cgroupfs */
	{ TEXT ".slice:" TEXT ":" B36, NULL },	/* and as if by systemd: slice, prefix, name */
	{ "docker-" B36 ".scope", NULL },	/* and by systemd */
	{ "buildkit-" B36 ".scope", NULL },
	{ START "buildah" NUM END, NULL },
	{ "podman-pause-" HEX ".scope", NULL },
	{ "rootless-netns-" HEX ".scope", NULL },
	{ "libcontainer_" NUM "_systemd_test_default.slice", NULL },	/* runc tries systemd */
	{ "libcontainer-" NUM "-systemd-test-default-dependencies.scope", NULL },
	{ "run-docker-netns-" HEX ".mount", NULL },
	{ "run-docker-netns-" NUM "\\x2d" ANY ".mount", NULL },	/* Swarm: of an overlay network */
	{ "run-docker-netns-lb_" ANY ".mount", NULL },		/* and of its load balancer */
	{ "run-" TEXT "-" ID "-runc." ANY ".mount", NULL },
	{ TEXT "containerd\\x2dmount" NUM ".mount", NULL },
	{ TEXT "\\x2dcheck" NUM "-merged.mount", NULL },	/* what overlay filesystems can */
	{ TEXT "\\x2dsupport" NUM "-merged.mount", NULL },
	{ TEXT "-overlay-compat" NUM "-merged.mount", NULL },
	{ START "docker-" TEXT "-" B36 END, NULL },	/* a layer of a build */
	{ TEXT "kube\\x2dapi\\x2daccess\\x2d" ANY ".mount", NULL },
	{ TEXT "\\x7esecret-" TEXT "\\x2dtoken\\x2d" SAFE ".mount", NULL },	/* before 1.21 */
	{ START "pod" ID END, NULL },
	{ HANDLE, "garden" },
	{ HANDLE, "good" },	/* Garden's, by their share of the CPU */
	{ HANDLE, "bad" },
	{ START ID "-startup-" HEX END, NULL },	/* podman's health checks */
	{ START ID "-" HEX END, NULL },	/* the same */
	{ START ID "-" NUM END, NULL },	/* a task of ECS */
	{ START ID END, NULL },

	/* builds, judges and other sandboxes */
	{ "nix-build-uid-" NUM, NULL },
	{ "nix-build-pid-" NUM "-" NUM, NULL },
	{ "nix-build@" ANY, NULL },
	{ "blaze_" NUM "_spawns" END, NULL },	/* Bazel, by pid */
	{ "sandbox_" NUM END, NULL },
	{ "NSJAIL." NUM, NULL },
	{ "box-" NUM, "isolate" },
	{ "box-" NUM, "isolate.service" },
	{ "dj_cgroup_" ANY, NULL },		/* DOMjudge */
	{ "benchexec_process_" ANY, NULL },
	{ "syz" NUM, NULL },			/* syzkaller */

	/* batch systems, notebooks, Android */
	{ "job_" NUM, NULL },
	{ "job-" NUM, NULL },
	{ "job." DOTTED, NULL },	/* LSF: job, process, time */
	{ START "job-" NUM ".slice", NULL },
	{ START "batch-" NUM ".slice", NULL },
	{ ANY, "jobid" },		/* OpenPBS: the job's number, with the server */
	{ ANY, "pbspro" },		/* before 20.0 */
	{ "pbspro-" ANY ".slice", NULL },
	{ ANY, "torque" },
	{ ANY "_" NUM, "oar" },		/* OAR: user, job */
	{ DOTTED, "sge" },		/* Grid Engine: job, task of an array */
	{ DOTTED, "SGE" },
	{ DOTTED, "UGE" },
	{ "imp-shell-" NUM "-f" F58 ".service", NULL },		/* Flux: rank, job */
	{ "shell-" NUM "-f" F58 ".service", NULL },
	{ START "flux-f" F58 END, NULL },
	{ "ray-node_" HEX, NULL },
	{ "jupyter-" ANY "-singleuser.service", NULL },		/* by user */
	{ "step_" NUM, NULL },
	{ "step_" NUM "+" NUM, NULL },		/* of a job of several kinds of node */
	{ "task_" NUM, NULL },
	{ "uid_" NUM, NULL },
	{ "pid_" NUM, NULL },
	{ "container_" NUM "_" NUM "_" NUM "_" NUM, NULL },
	{ "container_e" NUM "_" NUM "_" NUM "_" NUM "_" NUM, NULL },
	{ TEXT "_slot" NUM "_" NUM "@" TEXT, NULL },
	{ TEXT "_slot" NUM "@" TEXT, NULL },

	/* Containers by the names that people gave them: postgres-15, postgres-16 */
	{ "*." TEXT ".scope", NULL },		/* Nomad's: allocation, task */
	{ "runc-" TEXT "-" TEXT ".scope", NULL },
	{ "crun-" TEXT "-" TEXT ".scope", NULL },
	{ "runsc-" TEXT "-" TEXT ".scope", NULL },

	/* A scope is made by a program at run time, never by a unit's file: most have its pid. */
	{ TEXT "-" NUM "-" NUM "-" NUM ".scope", NULL },	/* a date */
	{ TEXT "-" NUM "-" NUM ".scope", NULL },
	{ TEXT "-" NUM ".scope", NULL },
	{ NUM ".scope", NULL },		/* a machine of Proxmox */
	{ NUM, NULL },
};

/* Ours: NAME_MAX, of which every directory of a cgroup filesystem is; more is damage. */
#define NAME_LIMIT	255

struct part {
	const char *begin, *end;
};

static char *match(const char *pattern, struct part text, char *out);

static bool is_mark(char c)
{
	return !isalnum((unsigned char)c);
}

/* Whether an id can begin here: behind a mark, or behind one that systemd wrote as \x2d. */
static bool is_behind_mark(const char *begin, const char *at)
{
	return at == begin || is_mark(at[-1]) ||
	       (at - begin >= 4 && at[-4] == '\\' && at[-3] == 'x');
}

static size_t mark_length(struct part text)
{
	const size_t room = text.end - text.begin;

	for (size_t i = 0; i < sizeof(id_marks) / sizeof(id_marks[0]); i++) {
		const size_t len = strlen(id_marks[i]);

		if (len <= room && !memcmp(text.begin, id_marks[i], len))
			return len;
	}
	return 0;
}

/* Bytes of so many hex digits, or 0. */
static size_t hex_length(struct part text, size_t digits)
{
	if ((size_t)(text.end - text.begin) < digits)
		return 0;
	for (size_t i = 0; i < digits; i++) {
		if (!isxdigit((unsigned char)text.begin[i]))
			return 0;
	}
	return digits;
}

/* Bytes of an id of that shape at the start of the text, or 0. */
static size_t shape_length(struct part text, const char *shape)
{
	const char *begin = text.begin;

	while (*shape) {
		size_t digits = 0, len;

		for (; isdigit((unsigned char)*shape); shape++)
			digits = digits * 10 + (*shape - '0');
		if (digits) {
			len = hex_length(text, digits);
		} else {
			len = mark_length(text);
			shape++;
		}
		if (!len)
			return 0;
		text.begin += len;
	}
	if (text.begin < text.end && !is_mark(*text.begin))
		return 0;
	return text.begin - begin;
}

static size_t id_length(struct part text)
{
	size_t len = 0;

	for (size_t i = 0; !len && i < sizeof(id_shapes) / sizeof(id_shapes[0]); i++)
		len = shape_length(text, id_shapes[i]);
	return len;
}

/* Bytes of what stands for that hole at the start of the text: as many as there are; or 0. */
static size_t span_length(struct part text, char hole)
{
	const struct span *span = spans;
	const char *at = text.begin;
	bool with;

	while (*span->hole != hole)
		span++;
	with = !span->with;
	for (; at < text.end && memchr(span->set, *at, strlen(span->set)); at++)
		with |= span->with && memchr(span->with, *at, strlen(span->with));
	return (size_t)(at - text.begin) < span->least || !with ? 0 : at - text.begin;
}

static char *match_hole(const char *pattern, struct part text, size_t len, char *out)
{
	if (!len)
		return NULL;
	*out = '*';
	text.begin += len;
	return match(pattern + 1, text, out + 1);
}

static char *match_any(const char *pattern, struct part text, char *out)
{
	char *end = NULL;

	for (size_t len = 1; !end && len <= (size_t)(text.end - text.begin); len++) {
		if (text.begin[len - 1] == '*')
			return NULL;
		end = match_hole(pattern, text, len, out);
	}
	return end;
}

static char *match_kept(const char *pattern, struct part text, char *out)
{
	const bool start = *pattern == *START;
	char *end = NULL;

	for (size_t len = start ? 0 : 1; !end && len <= (size_t)(text.end - text.begin); len++) {
		const struct part rest = { text.begin + len, text.end };

		if (start && !is_behind_mark(text.begin, rest.begin))
			continue;
		end = match(pattern + 1, rest, out + len);
		if (end)
			memcpy(out, text.begin, len);
	}
	return end;
}

static char *match_end(struct part text, char *out)
{
	const size_t len = text.end - text.begin;

	if (len && !is_mark(*text.begin))
		return NULL;
	memcpy(out, text.begin, len);
	return out + len;
}

/* What the pattern makes of the whole text; returns the end of what it wrote, or NULL. */
static char *match(const char *pattern, struct part text, char *out)
{
	for (; *pattern >= ' '; pattern++) {
		if (text.begin == text.end || *text.begin != *pattern)
			return NULL;
		*out++ = *text.begin++;
	}
	if (!*pattern)
		return text.begin == text.end ? out : NULL;
	if (*pattern == *START || *pattern == *TEXT)
		return match_kept(pattern, text, out);
	if (*pattern == *END)
		return match_end(text, out);
	if (*pattern == *ANY)
		return match_any(pattern, text, out);
	if (*pattern == *ID)
		return match_hole(pattern, text, id_length(text), out);
	return match_hole(pattern, text, span_length(text, *pattern), out);
}

static bool is_under(const struct rule *rule, struct part before)
{
	const size_t len = before.end - before.begin;

	return !rule->under ||
	       (strlen(rule->under) == len && !memcmp(rule->under, before.begin, len));
}

/* Rewrites a name in place; false where it is one that has to stay. A hole always changes it. */
static bool apply(const struct rule *rule, char *name, size_t *len)
{
	char changed[NAME_LIMIT], *end;

	while ((end = match(rule->pattern, (struct part){ name, name + *len }, changed))) {
		if (*len == (size_t)(end - changed) && !memcmp(name, changed, *len))
			return false;
		*len = end - changed;
		memcpy(name, changed, *len);
	}
	return true;
}

static size_t template_of_name(struct part before, struct part name, char *out)
{
	size_t len = name.end - name.begin;

	memcpy(out, name.begin, len);
	if (len > NAME_LIMIT)
		return len;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (is_under(&rules[i], before) && !apply(&rules[i], out, &len))
			break;
	}
	return len;
}

size_t template_of(const char *path, size_t len, char *out)
{
	const char *const end = path + len;
	struct part before = { path, path }, name = { path, path };
	size_t written = 0;

	while (name.begin < end) {
		for (name.end = name.begin; name.end < end && *name.end != '/'; name.end++)
			;
		written += template_of_name(before, name, out + written);
		if (name.end < end)
			out[written++] = '/';
		before = name;
		name.begin = name.end + 1;
	}
	out[written] = '\0';
	return written;
}
