// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of cgroups as machines have them, each with the template that it belongs to. A
 * backslash is one byte of the name: systemd writes a dash inside a part of a name \x2d.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/templates.h"

#define HEX8	"3f9c02ab"
#define HEX32	"0f3be1c49a8d4f6c8f1f0a2b3c4d5e6f"
#define HEX64	HEX32 "94a1c0de77f0be5511223344aabbccdd"
#define UUID	"0f3be1c4-9a8d-4f6c-8f1f-0a2b3c4d5e6f"
#define UUID_	"0f3be1c4_9a8d_4f6c_8f1f_0a2b3c4d5e6f"
#define BUILD	"k2j4h5l6m7n8o9p0q1r2s3t4u"	/* 25 digits of base 36 */
#define UUIDX	"0f3be1c4\\x2d9a8d\\x2d4f6c\\x2d8f1f\\x2d0a2b3c4d5e6f"

struct pair {
	const char *path, *template;
};

/* out is as small as the contract allows: the sanitizer sees a byte too many. */
static void becomes(const char *path, const char *template)
{
	char *out = malloc(strlen(path) + 1);
	size_t len = template_of(path, strlen(path), out);

	assert_string_equal(out, template);
	assert_int_equal(len, strlen(template));
	free(out);
}

static void all_become(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		becomes(pairs[i].path, pairs[i].template);
		becomes(pairs[i].template, pairs[i].template);	/* a template is its own */
	}
}

#define ALL_BECOME(pairs)	all_become(pairs, sizeof(pairs) / sizeof((pairs)[0]))

static void sessions_and_users(void **state)
{
	static const struct pair pairs[] = {
		{ "/user.slice/user-1000.slice/session-7.scope",
		  "/user.slice/user-*.slice/session-*.scope" },
		{ "/user.slice/user-0.slice/session-c12.scope",
		  "/user.slice/user-*.slice/session-*.scope" },
		{ "/user.slice/user-1000.slice", "/user.slice/user-*.slice" },
		{ "/user.slice/user-1000.slice/user@1000.service/init.scope",
		  "/user.slice/user-*.slice/user@*.service/init.scope" },
		{ "/user.slice/user-42.slice/user-runtime-dir@42.service",
		  "/user.slice/user-*.slice/user-runtime-dir@*.service" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/dbus.socket",
		  "/user.slice/user-*.slice/user@*.service/app.slice/dbus.socket" },
		{ "/c1", "/c*" }, { "/c12", "/c*" }, { "/1", "/*" },	/* elogind */
		{ "/system.slice/run-user-1000.mount", "/system.slice/run-user-*.mount" },
		{ "/system.slice/run-user-1000-gvfs.mount",
		  "/system.slice/run-user-*-gvfs.mount" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void transient_units(void **state)
{
	static const struct pair pairs[] = {
		{ "/system.slice/run-r" HEX32 ".scope", "/system.slice/run-r*.scope" },
		{ "/system.slice/run-r" HEX32 ".service", "/system.slice/run-r*.service" },
		{ "/system.slice/run-rf3be1c49a8d4f6c8f1f0a2b3c4d5e6f.scope", "/system.slice/run-r*.scope" },
		{ "/system.slice/run-r9f21ab.service", "/system.slice/run-r*.service" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/run-r17a05c9e3b.timer",
		  "/user.slice/user-*.slice/user@*.service/app.slice/run-r*.timer" },
		{ "/system.slice/run-u312.service", "/system.slice/run-u*.service" },
		{ "/system.slice/run-u9.scope", "/system.slice/run-u*.scope" },
		{ "/system.slice/run-p4711-i4712.service", "/system.slice/run-p*-i*.service" },
		{ "/system.slice/run-p3963628-i54286731.scope", "/system.slice/run-p*-i*.scope" },
		{ "/system.slice/run-4711.scope", "/system.slice/run-*.scope" },
		{ "/system.slice/backup-2024-01-31.scope", "/system.slice/backup-*-*-*.scope" },
		{ "/system.slice/run-12345.service", "/system.slice/run-*.service" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void instances_of_template_units(void **state)
{
	static const struct pair pairs[] = {
		{ "/system.slice/system-getty.slice/getty@tty1.service",
		  "/system.slice/system-getty.slice/getty@*.service" },
		{ "/system.slice/system-serial\\x2dgetty.slice/serial-getty@ttyS0.service",
		  "/system.slice/system-serial\\x2dgetty.slice/serial-getty@*.service" },
		{ "/system.slice/system-sshd.slice/sshd@12-10.0.2.15:22-10.0.2.2:51234.service",
		  "/system.slice/system-sshd.slice/sshd@*.service" },
		{ "/system.slice/system-systemd\\x2dcoredump.slice/systemd-coredump@3-4711-0.service",
		  "/system.slice/system-systemd\\x2dcoredump.slice/systemd-coredump@*.service" },
		{ "/system.slice/systemd-fsck@dev-disk-by\\x2duuid-" UUIDX ".service",
		  "/system.slice/systemd-fsck@*.service" },
		{ "/system.slice/job@17.service", "/system.slice/job@*.service" },
		{ "/machine.slice/systemd-nspawn@web.service/payload/system.slice/ssh.service",
		  "/machine.slice/systemd-nspawn@*.service/payload/system.slice/ssh.service" },
		{ "/system.slice/mail@user@example.org.service", "/system.slice/mail@*.service" },
		{ "/system.slice/cups-lpd@1.socket", "/system.slice/cups-lpd@*.socket" },
		{ "/system.slice/system-postgresql.slice/postgresql@15-main.service",
		  "/system.slice/system-postgresql.slice/postgresql@*.service" },
		{ "/system.slice/ifup@enp3s0.service", "/system.slice/ifup@*.service" },
		{ "/system.slice/systemd-cryptsetup@luks\\x2d" UUIDX ".service",
		  "/system.slice/systemd-cryptsetup@*.service" },
		{ "/system.slice/lvm2-pvscan@253:3.service", "/system.slice/lvm2-pvscan@*.service" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

#define USER	"/user.slice/user-1000.slice/user@1000.service/app.slice/"
#define USERS	"/user.slice/user-*.slice/user@*.service/app.slice/"

static void applications_of_a_desktop(void **state)
{
	static const struct pair pairs[] = {
		{ USER "app-org.kde.konsole-" HEX32 ".scope", USERS "app-org.kde.konsole-*.scope" },
		{ USER "app-org.kde.dolphin@" HEX32 ".service", USERS "app-org.kde.dolphin@*.service" },
		{ USER "app-gnome-firefox-4711.scope", USERS "app-gnome-firefox-*.scope" },
		{ USER "app-firefox-9f21ab.scope", USERS "app-firefox-*.scope" },
		{ USER "app-org.kde.kate-5e0c41d7.scope", USERS "app-org.kde.kate-*.scope" },
		{ USER "app-sway-foot-0b83ce19.scope", USERS "app-sway-foot-*.scope" },
		{ USER "app-niri-Alacritty-12345.scope", USERS "app-niri-Alacritty-*.scope" },
		{ USER "app-firefox@9f21ab07.service", USERS "app-firefox@*.service" },
		{ USER "app-vscodium@autostart.service", USERS "app-vscodium@*.service" },
		{ USER "app-xfce4\\x2dterminal@" HEX32 ".service", USERS "app-xfce4\\x2dterminal@*.service" },
		{ USER "app-org.gnome.Ptyxis-4711.scope/ptyxis-spawn-" UUID ".scope",
		  USERS "app-org.gnome.Ptyxis-*.scope/ptyxis-spawn-*.scope" },
		{ USER "app-accessed.scope", USERS "app-accessed.scope" },
		{ USER "app-gnome-facade.scope", USERS "app-gnome-facade.scope" },
		{ USER "app-google\\x2dchrome-4711.scope", USERS "app-google\\x2dchrome-*.scope" },
		{ USER "app-flatpak-org.mozilla.firefox-3127.scope",
		  USERS "app-flatpak-org.mozilla.firefox-*.scope" },
		{ USER "app-org.gnome.Terminal.slice/vte-spawn-" UUID ".scope",
		  USERS "app-org.gnome.Terminal.slice/vte-spawn-*.scope" },
		{ USER "tmux-spawn-" UUID ".scope", USERS "tmux-spawn-*.scope" },
		{ USER "snap.firefox.firefox-" UUID ".scope", USERS "snap.firefox.firefox-*.scope" },
		{ USER "snap.firefox.firefox." UUID ".scope", USERS "snap.firefox.firefox.*.scope" },
		{ USER "snap.firefox.hook.configure-" UUID ".scope", USERS "snap.firefox.hook.configure-*.scope" },
		{ USER "gnome-launched-firefox.desktop-4711.scope", USERS "gnome-launched-firefox.desktop-*.scope" },
		{ USER "app-glib-org.gnome.Nautilus-4711.scope", USERS "app-glib-org.gnome.Nautilus-*.scope" },
		{ USER "dbus-:1.2-org.freedesktop.portal.Desktop@12.service",
		  USERS "dbus-:*-org.freedesktop.portal.Desktop@*.service" },
		{ USER "kitty-4711-0.scope", USERS "kitty-*-*.scope" },
		{ USER "app-org.kde.konsole-4711.scope/tab(12345).scope",
		  USERS "app-org.kde.konsole-*.scope/tab(*).scope" },
		{ USER "app-org.kde.konsole-4711.scope/main.scope",
		  USERS "app-org.kde.konsole-*.scope/main.scope" },
		{ USER "app-ghostty-transient-4711.scope/surfaces/7F3A1C00B200.scope",
		  USERS "app-ghostty-transient-*.scope/surfaces/*.scope" },
		{ USER "app-ghostty-surface-transient-4711.scope",
		  USERS "app-ghostty-surface-transient-*.scope" },
		{ USER "app-flatpak-org.mozilla.firefox-2891.scope",
		  USERS "app-flatpak-org.mozilla.firefox-*.scope" },
		{ USER "app-org.gnome.Terminal.slice/vte-spawn-" UUID ".scope",
		  USERS "app-org.gnome.Terminal.slice/vte-spawn-*.scope" },
		{ USER "dbus-:1.2-org.a11y.atspi.Registry@0.service",
		  USERS "dbus-:*-org.a11y.atspi.Registry@*.service" },
		{ USER "app-dbus\\x2d:1.2\\x2dorg.a11y.atspi.Registry.slice",
		  USERS "app-dbus\\x2d:*\\x2dorg.a11y.atspi.Registry.slice" },
		{ USER "app-org.gnome.Evolution@autostart.service",
		  USERS "app-org.gnome.Evolution@*.service" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void pods(void **state)
{
	static const struct pair pairs[] = {
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_ ".slice",
		  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod*.slice" },
		{ "/kubepods.slice/kubepods-pod" UUID_ ".slice/cri-containerd-" HEX64 ".scope",
		  "/kubepods.slice/kubepods-pod*.slice/cri-containerd-*.scope" },
		{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" HEX32 ".slice"
		  "/crio-conmon-" HEX64 ".scope",
		  "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod*.slice"
		  "/crio-conmon-*.scope" },
		{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice"
		  "/kubelet-kubepods-besteffort-pod" UUID_ ".slice",
		  "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice"
		  "/kubelet-kubepods-besteffort-pod*.slice" },
		{ "/kubepods/burstable/pod" UUID "/" HEX64, "/kubepods/burstable/pod*/*" },
		{ "/kubepods/besteffort/podd41d8cd98f00b204e9800998ecf8427e",
		  "/kubepods/besteffort/pod*" },
		{ "/kubepods/pod" UUID "/crio-" HEX64, "/kubepods/pod*/crio-*" },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_ ".slice/docker-" HEX64 ".scope",
		  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod*.slice/docker-*.scope" },
		{ "/k8s.io/" HEX64, "/k8s.io/*" },
		{ "/system.slice/containerd.service/kubepods-besteffort-pod" UUID_
		  ".slice:cri-containerd:" HEX64,
		  "/system.slice/containerd.service/kubepods-besteffort-pod*.slice:cri-containerd:*" },
		{ "/system.slice/var-lib-kubelet-pods-" UUIDX
		  "-volumes-kubernetes.io\\x7eprojected-kube\\x2dapi\\x2daccess\\x2d9x7kz.mount",
		  "/system.slice/var-lib-kubelet-pods-*"
		  "-volumes-kubernetes.io\\x7eprojected-kube\\x2dapi\\x2daccess\\x2d*.mount" },
		{ "/system.slice/var-lib-kubelet-pods-" UUIDX
		  "-volumes-kubernetes.io\\x7esecret-default\\x2dtoken\\x2dbt694.mount",
		  "/system.slice/var-lib-kubelet-pods-*"
		  "-volumes-kubernetes.io\\x7esecret-default\\x2dtoken\\x2d*.mount" },
		{ "/system.slice/var-lib-kubelet-pods-" UUIDX
		  "-volumes-kubernetes.io\\x7esecret-registry\\x2dtoken\\x2d1d18w.mount",
		  "/system.slice/var-lib-kubelet-pods-*"
		  "-volumes-kubernetes.io\\x7esecret-registry\\x2dtoken\\x2d*.mount" },
		{ "/system.slice/run-netns-cni\\x2d" UUIDX ".mount",
		  "/system.slice/run-netns-cni\\x2d*.mount" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void containers(void **state)
{
	static const struct pair pairs[] = {
		{ "/docker/" HEX64, "/docker/*" },
		{ "/docker/" HEX64 "/system.slice/cron.service",
		  "/docker/*/system.slice/cron.service" },
		{ "/docker/buildkit/k2j4h5l6m7n8o9p0q1r2s3t4u", "/docker/buildkit/*" },
		{ "/docker/" BUILD, "/docker/*" },
		{ "/system.slice/system.slice:docker:" BUILD, "/system.slice/system.slice:docker:*" },
		{ "/system.slice/system.slice:docker:jvifp9a6b1lxa1kuw8bwfcovf", "/system.slice/system.slice:docker:*" },
		{ "/system.slice/system.slice:buildkit:" BUILD, "/system.slice/system.slice:buildkit:*" },
		{ "/system.slice/docker-" BUILD ".scope", "/system.slice/docker-*.scope" },
		{ "/system.slice/buildkit-" BUILD ".scope", "/system.slice/buildkit-*.scope" },
		{ "/system.slice/var-lib-docker-overlay2-" BUILD "-merged.mount",
		  "/system.slice/var-lib-docker-overlay2-*-merged.mount" },
		{ "/system.slice/var-lib-docker-overlay2-opaque\\x2dbug\\x2dcheck1264807873-merged.mount",
		  "/system.slice/var-lib-docker-overlay2-opaque\\x2dbug\\x2dcheck*-merged.mount" },
		{ "/system.slice/var-lib-docker-overlay2-check\\x2doverlayfs\\x2dsupport822713888-merged.mount",
		  "/system.slice/var-lib-docker-overlay2-check\\x2doverlayfs\\x2dsupport*-merged.mount" },
		{ "/system.slice/var-lib-containers-storage-overlay-metacopy\\x2dcheck1945055672-merged.mount",
		  "/system.slice/var-lib-containers-storage-overlay-metacopy\\x2dcheck*-merged.mount" },
		{ "/system.slice/var-lib-containers-storage-overlay-compat1591001862-merged.mount",
		  "/system.slice/var-lib-containers-storage-overlay-compat*-merged.mount" },
		{ "/system.slice/var-lib-containerd-tmpmounts-containerd\\x2dmount3208157555.mount",
		  "/system.slice/var-lib-containerd-tmpmounts-containerd\\x2dmount*.mount" },
		{ "/system.slice/run-containerd-runc-k8s.io-" HEX64 "-runc.qhdV7M.mount",
		  "/system.slice/run-containerd-runc-k8s.io-*-runc.*.mount" },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/rootless-netns-" HEX8 ".scope",
		  "/user.slice/user-*.slice/user@*.service/user.slice/rootless-netns-*.scope" },
		{ "/libcontainer_20221_systemd_test_default.slice", "/libcontainer_*_systemd_test_default.slice" },
		{ "/system.slice/libcontainer-20221-systemd-test-default-dependencies.scope",
		  "/system.slice/libcontainer-*-systemd-test-default-dependencies.scope" },
		{ "/actions_job/" HEX64, "/actions_job/*" },
		{ "/azure.slice/enable_" UUID ".scope", "/azure.slice/enable_*.scope" },
		{ "/system.slice/snap.microk8s.microk8s." UUID ".scope", "/system.slice/snap.microk8s.microk8s.*.scope" },
		{ "/system.slice/docker-" HEX64 ".scope", "/system.slice/docker-*.scope" },
		{ "/machine.slice/libpod-" HEX64 ".scope/container",
		  "/machine.slice/libpod-*.scope/container" },
		{ "/machine.slice/libpod-conmon-" HEX64 ".scope",
		  "/machine.slice/libpod-conmon-*.scope" },
		{ "/machine.slice/machine-libpod_pod_" HEX64 ".slice",
		  "/machine.slice/machine-libpod_pod_*.slice" },
		{ "/libpod_parent/libpod-" HEX64, "/libpod_parent/libpod-*" },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/podman-4711.scope",
		  "/user.slice/user-*.slice/user@*.service/user.slice/podman-*.scope" },
		{ "/user.slice/podman-pause-" HEX8 ".scope", "/user.slice/podman-pause-*.scope" },
		{ "/system.slice/crun-buildah-buildah2718281828.scope",
		  "/system.slice/crun-buildah-buildah*.scope" },
		{ "/kata_" HEX64, "/kata_*" },
		{ "/kata_overhead/" HEX64, "/kata_overhead/*" },
		{ "/system.slice/nerdctl-" HEX64 ".scope", "/system.slice/nerdctl-*.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" HEX64 ".scope/container",
		  "/user.slice/user-*.slice/user@*.service/user.slice/libpod-*.scope/container" },
		{ "/ecs/" HEX32 "/" HEX32 "-2531612879", "/ecs/*/*-*" },
		{ "/system.slice/" HEX64 "-6f3be1c49a8d4f6c.service", "/system.slice/*-*.service" },
		{ "/system.slice/" HEX64 "-startup-1d2f3a4b5c6d7e8.service", "/system.slice/*-startup-*.service" },
		{ "/ecstasks.slice/ecstasks-" HEX32 ".slice/docker-" HEX64 ".scope",
		  "/ecstasks.slice/ecstasks-*.slice/docker-*.scope" },
		{ "/garden/3ed4e5c3-f2f8-4c33-6d45-8d57", "/garden/*" },
		{ "/system.slice/garden.service/garden/good/3ed4e5c3-f2f8-4c33-6d45-8d57",
		  "/system.slice/garden.service/garden/good/*" },
		{ "/garden/1ncfb5ps1a7", "/garden/*" },
		{ "/garden/bad/us3dkbpqf8l", "/garden/bad/*" },
		{ "/garden/" UUID, "/garden/*" },
		{ "/nomad.slice/share.slice/" UUID ".web.scope", "/nomad.slice/share.slice/*.web.scope" },
		{ "/mesos/" UUID "/mesos/" UUID, "/mesos/*/mesos/*" },
		{ "/system.slice/var-lib-docker-overlay2-" HEX64 "-merged.mount",
		  "/system.slice/var-lib-docker-overlay2-*-merged.mount" },
		{ "/system.slice/var-lib-docker-overlay2-" HEX64 "\\x2dinit-merged.mount",
		  "/system.slice/var-lib-docker-overlay2-*\\x2dinit-merged.mount" },
		{ "/system.slice/run-docker-netns-0123456789ab.mount",
		  "/system.slice/run-docker-netns-*.mount" },
		{ "/system.slice/run-docker-netns-1\\x2dlpirdge00y.mount",
		  "/system.slice/run-docker-netns-*\\x2d*.mount" },
		{ "/system.slice/run-docker-netns-lb_lpirdge00.mount",
		  "/system.slice/run-docker-netns-lb_*.mount" },
		{ "/system.slice/var-lib-docker-containers-" HEX64 "-mounts-shm.mount",
		  "/system.slice/var-lib-docker-containers-*-mounts-shm.mount" },
		{ "/system.slice/var-lib-containers-storage-overlay-" HEX64 "-merged.mount",
		  "/system.slice/var-lib-containers-storage-overlay-*-merged.mount" },
		{ "/system.slice/run-containerd-io.containerd.runtime.v2.task-k8s.io-" HEX64 "-rootfs.mount",
		  "/system.slice/run-containerd-io.containerd.runtime.v2.task-k8s.io-*-rootfs.mount" },
		{ "/system.slice/run-containerd-io.containerd.grpc.v1.cri-sandboxes-" HEX64 "-shm.mount",
		  "/system.slice/run-containerd-io.containerd.grpc.v1.cri-sandboxes-*-shm.mount" },
		{ "/system.slice/cri-o-" HEX64 ".scope", "/system.slice/cri-o-*.scope" },
		{ "/kubepods/burstable/pod" UUID "/crio-conmon-" HEX64, "/kubepods/burstable/pod*/crio-conmon-*" },
		{ "/ecs/" UUID "/" HEX64, "/ecs/*/*" },
		{ "/nomad/reserved/" UUID ".web", "/nomad/reserved/*.web" },
		{ "/system.slice/snap-core20-1405.mount", "/system.slice/snap-core20-*.mount" },
		{ "/system.slice/snap-core20-x1.mount", "/system.slice/snap-core20-x*.mount" },
		{ "/system.slice/snap-gnome\\x2d42\\x2d2204-202.mount",
		  "/system.slice/snap-gnome\\x2d42\\x2d2204-*.mount" },
		{ "/system.slice/tmp-sanity\\x2dmountpoint\\x2d012345678.mount",
		  "/system.slice/tmp-sanity\\x2dmountpoint\\x2d*.mount" },
		{ "/system.slice/tmp-syscheck\\x2dmountpoint\\x2d2718281828.mount",
		  "/system.slice/tmp-syscheck\\x2dmountpoint\\x2d*.mount" },
		{ "/system.slice/tmp-snap.rootfs_q3ZtXa.mount", "/system.slice/tmp-snap.rootfs_*.mount" },
		{ "/system.slice/run-docker-runtime\\x2drunc-moby-" HEX64 "-runc.k8Gq7b.mount",
		  "/system.slice/run-docker-runtime\\x2drunc-moby-*-runc.*.mount" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void virtual_machines_and_system_containers(void **state)
{
	static const struct pair pairs[] = {
		{ "/machine.slice/machine-debian.scope", "/machine.slice/machine-*.scope" },
		{ "/machine.slice/machine-qemu\\x2d12\\x2dweb.scope/libvirt/vcpu0",
		  "/machine.slice/machine-qemu\\x2d*.scope/libvirt/vcpu*" },
		{ "/machine.slice/machine-qemu\\x2d12\\x2dweb.scope/libvirt/emulator",
		  "/machine.slice/machine-qemu\\x2d*.scope/libvirt/emulator" },
		{ "/machine/qemu-12-web.libvirt-qemu/iothread1",
		  "/machine/qemu-*.libvirt-qemu/iothread*" },
		{ "/machine/lxc-3-web.libvirt-lxc", "/machine/lxc-*.libvirt-lxc" },
		{ "/machine/web.libvirt-qemu/emulator", "/machine/*.libvirt-qemu/emulator" },
		{ "/machine/web.libvirt-lxc", "/machine/*.libvirt-lxc" },
		{ "/machine.slice/machine-lxc\\x2d3\\x2dweb.scope", "/machine.slice/machine-lxc\\x2d*.scope" },
		{ "/machine.slice/machine-web\\x2d1.scope/payload/init.scope",
		  "/machine.slice/machine-*.scope/payload/init.scope" },
		{ "/qemu.slice/101.scope", "/qemu.slice/*.scope" },
		{ "/firecracker/" UUID, "/firecracker/*" },
		{ "/firecracker/builder-a", "/firecracker/*" },
		{ "/lxc/101/ns", "/lxc/*/ns" },
		{ "/lxc/web/init.scope", "/lxc/*/init.scope" },
		{ "/lxc.payload.web/system.slice/cron.service",
		  "/lxc.payload.*/system.slice/cron.service" },
		{ "/lxc.monitor.web-1", "/lxc.monitor.*" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void builds_and_sandboxes(void **state)
{
	static const struct pair pairs[] = {
		{ "/system.slice/nix-daemon.service/nix-build-uid-872415232",
		  "/system.slice/nix-daemon.service/nix-build-uid-*" },
		{ "/system.slice/nix-daemon.service/nix-build-pid-99-0",
		  "/system.slice/nix-daemon.service/nix-build-pid-*-*" },
		{ "/system.slice/nix-daemon.service/nix-build@0c2y7qkm9v5zfrk1x3s8w6l4jd9bnhgp-30001",
		  "/system.slice/nix-daemon.service/nix-build@*" },
		{ USER "blaze_4711_spawns.slice/sandbox_12.scope", USERS "blaze_*_spawns.slice/sandbox_*.scope" },
		{ "/user.slice/blaze_4711_spawns/sandbox_12", "/user.slice/blaze_*_spawns/sandbox_*" },
		{ "/NSJAIL.4711", "/NSJAIL.*" },
		{ "/isolate/box-7", "/isolate/box-*" },
		{ "/isolate.slice/isolate.service/box-7", "/isolate.slice/isolate.service/box-*" },
		{ "/domjudge/dj_cgroup_4711_0_1718000000.123456", "/domjudge/dj_cgroup_*" },
		{ USER "benchexec_process_ab3_x9q", USERS "benchexec_process_*" },
		{ "/syz3", "/syz*" },
		{ "/system.slice/fstests-generic-108.scope", "/system.slice/fstests-generic-*.scope" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void batch_jobs_and_numbers(void **state)
{
	static const struct pair pairs[] = {
		{ "/slurm/uid_1000/job_4711/step_0/task_3", "/slurm/uid_*/job_*/step_*/task_*" },
		{ "/system.slice/slurmstepd.scope/job_12/step_batch/user/task_0",
		  "/system.slice/slurmstepd.scope/job_*/step_batch/user/task_*" },
		{ "/system.slice/slurmstepd.scope/job_12/step_extern/user/task_special",
		  "/system.slice/slurmstepd.scope/job_*/step_extern/user/task_special" },
		{ "/lsf/cluster1/job.4711.20815.1718000000", "/lsf/cluster1/job.*" },
		{ "/lsf/cluster1/job_4711/job-123", "/lsf/cluster1/job_*/job-*" },
		{ "/pbs_jobs.service/jobid/4711.server", "/pbs_jobs.service/jobid/*" },
		{ "/pbs_jobs.service/jobid/4711[3].server", "/pbs_jobs.service/jobid/*" },
		{ "/slurm/uid_1000/job_4711/step_batch", "/slurm/uid_*/job_*/step_batch" },
		{ "/system.slice/node7_slurmstepd.scope/job_12/step_0/user/task_0",
		  "/system.slice/node7_slurmstepd.scope/job_*/step_*/user/task_*" },
		{ "/pbspro/4711.server", "/pbspro/*" },
		{ "/pbspro.slice/pbspro-4711.server.slice", "/pbspro.slice/pbspro-*.slice" },
		{ "/pbspro.slice/pbspro-4711\\x5b3\\x5d.pbs\\x2dserver.slice", "/pbspro.slice/pbspro-*.slice" },
		{ "/torque/123.server", "/torque/*" },
		{ "/torque/123-4.server/R0.t0", "/torque/*/R0.t0" },
		{ "/oar/alice_4711", "/oar/*_*" },
		{ "/oar/john_doe_4712", "/oar/*_*" },
		{ "/sge/123.1", "/sge/*" },
		{ "/UGE/4711.1", "/UGE/*" },
		{ "/system.slice/flux.service/flux-f2sGMVb9nQ", "/system.slice/flux.service/flux-f*" },
		{ "/user.slice/user-990.slice/user@990.service/app.slice/imp-shell-0-fKFd4Bw6CRV.service",
		  "/user.slice/user-*.slice/user@*.service/app.slice/imp-shell-*-f*.service" },
		{ "/user.slice/user-990.slice/user@990.service/app.slice/shell-12-fSd3Mx.service",
		  "/user.slice/user-*.slice/user@*.service/app.slice/shell-*-f*.service" },
		{ "/system.slice/system-flux\\x2dprolog.slice/flux-prolog@fKFd4Bw6CRV.service",
		  "/system.slice/system-flux\\x2dprolog.slice/flux-prolog@*.service" },
		{ "/batch.slice/batch-123.slice", "/batch.slice/batch-*.slice" },
		{ "/jobs.slice/jobs-job-17.slice", "/jobs.slice/jobs-job-*.slice" },
		{ "/hadoop-yarn/container_1410901177871_0001_01_000005",
		  "/hadoop-yarn/container_*_*_*_*" },
		{ "/ray-node_b9e4de7636296bc3e8a75f5e345eebfc4c423bb4c99706a64196ec04/user/workers",
		  "/ray-node_*/user/workers" },
		{ "/system.slice/jupyter-alice-singleuser.service", "/system.slice/jupyter-*-singleuser.service" },
		{ "/hadoop-yarn/container_e17_1410901177871_0001_01_000005",
		  "/hadoop-yarn/container_e*_*_*_*_*" },
		{ "/htcondor/condor_var_lib_condor_execute_slot1_2@node7",
		  "/htcondor/condor_var_lib_condor_execute_slot*_*@node7" },
		{ "/apps/uid_10123/pid_4567", "/apps/uid_*/pid_*" },
		{ "/system.slice/builder.service/4711", "/system.slice/builder.service/*" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void what_is_its_own_stays(void **state)
{
	static const char *const paths[] = {
		"/", "", "/init.scope", "/system.slice", "/-.slice",
		"/system.slice/ssh.service", "/system.slice/httpd24.service",
		"/system.slice/httpd25.service", "/system.slice/php7.4-fpm.service",
		"/system.slice/postgresql-14.service", "/system.slice/mysqld-3307.service",
		"/system.slice/udisks2.service", "/system.slice/getty@.service",
		"/system.slice/apt-daily-upgrade.service", "/system.slice/user-1000.service",
		"/system.slice/boot-efi.mount", "/system.slice/system-serial\\x2dgetty.slice",
		"/system.slice/snap.lxd.daemon.service", "/system.slice/run-lock.mount",
		"/system.slice/cafebabe.service", "/system.slice/deadbeef.scope",
		"/system.slice/session-migration.service", "/system.slice/user-data.slice",
		"/machine.slice/machine-web.slice", "/lxc.pivot", "/lxc",
		"/kubepods/burstable", "/kubepods.slice/kubepods-burstable.slice",
		"/kubepods/podlike", "/kubepods/pod-" HEX8,
		"/garden/good", "/garden/bad", "/garden", "/system.slice/run-readonly.service",
		"/system.slice/run-rdecade.service", "/system.slice/x" HEX32 ".service", "/system.slice/" HEX32 "0.service",
		"/a b/c\td/\303\274ber.scope", "/a\\040b/c\\134x2dd.service", "//", "/a//b/",
		"/system.slice/run-12a.service", "/system.slice/run-7-backup.service",
		"/system.slice/run-.service", "/system.slice/prerun-7.service",
		"/system.slice/postgresql15.service", "/system.slice/tomcat-9.0.65.service",
		"/system.slice/php8.2-fpm.service", "/system.slice/elasticsearch-7.17.service",
		"/system.slice/snap-core20.mount",
		"/system.slice/snapd.service", "/system.slice/run-snapd-ns-lxd.mnt.mount",
		"/system.slice/snap.lxd.daemon-2.service", "/system.slice/tmp-mountpoint\\x2d7.mount",
		"/system.slice/flux-framework.service", "/system.slice/flux-frontend", "/system.slice/flux.service",
		"/system.slice/shell-7-front.service", "/system.slice/imp-shell-0.service",
		"/pbspro.slice", "/pbspro", "/torque", "/torque-mom/7a", "/sge/execd", "/sge/7.a", "/UGE",
		"/batch.slice", "/batch-2024a.slice", "/system.slice/batch-7.service", "/tenant-7.slice",
		"/firecracker", "/system.slice/firecracker-1.7.service",
		"/docker/web", "/docker/averylongnameofacontainerthatis", "/system.slice/docker:web",
		"/system.slice/var-lib-docker-overlay2-averylongnameofacontainerthatis-merged.mount",
		"/system.slice/rootless-netns.service", "/system.slice/rootless-netns-conn.scope",
		"/system.slice/libcontainer.slice", "/system.slice/containerd-mount7.service",
		"/system.slice/check7-merged.mount", "/system.slice/spell\\x2dcheck7.service", "/surfaces/a.service", "/surfaces",
		"/tab().scope", "/tab(a).scope", "/box-7", "/isolate/box-", "/isolate/box-a", "/isolate.slice",
		"/NSJAIL.a", "/NSJAIL", "/syz", "/syzbot", "/syz7a", "/sandbox_", "/sandbox_7a", "/system.slice/blaze_spawns.slice",
		"/nix-build-uid-", "/nix-build-pid-7", "/system.slice/nix-build.service", "/domjudge", "/benchexec_process_",
		"/system.slice/jupyter-singleuser.service", "/ray-node_web", "/libvirt-qemu", "/system.slice/web.libvirt",
		"/jobs/job-", "/lsf/job.a", "/jobid", "/system.slice/job-17.service", "/system.slice/@.service", "/system.slice/run-r.scope", "/job_", "/*",
		"/system.slice/c1", "/c", "/c1a", "/oar", "/oar/alice", "/system.slice/oar_7",
		"/system.slice/run-docker-netns-ingress_sbox.mount", "/system.slice/docker-registry.scope",
		"/system.slice/var-x-volumes-kubernetes.io\\x7esecret-api\\x2dtoken\\x2dprod.mount",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		becomes(paths[i], paths[i]);
}

/* As /proc/mounts and the reports write them, a backslash is \134. */
#define CEPH	"/system.slice/system-ceph\\x2d" UUIDX ".slice/ceph-" UUID "@"
#define CEPHS	"/system.slice/system-ceph\\x2d*.slice/ceph-*@"

/* Whose unit's or scope's name has a part that says what it is. */
static void two_services_are_two_templates(void **state)
{
	static const struct pair pairs[] = {
		{ CEPH "osd.3.service", CEPHS "osd.*.service" },
		{ CEPH "osd.14.service", CEPHS "osd.*.service" },
		{ CEPH "mon.node1.service", CEPHS "mon.*.service" },
		{ CEPH "mon.node1.example.org.service", CEPHS "mon.*.service" },
		{ CEPH "mgr.node1.jqoppg.service", CEPHS "mgr.*.service" },
		{ CEPH "crash.node1.service", CEPHS "crash.*.service" },
		{ CEPH "grafana.node1.service", CEPHS "grafana.*.service" },
		{ CEPH "node-exporter.node1.service", CEPHS "node-exporter.*.service" },
		{ CEPH "node-exporter.node1.service/libpod-payload-" HEX64,
		  CEPHS "node-exporter.*.service/libpod-payload-*" },
		{ "/nomad.slice/share.slice/" UUID ".postgres-15.scope",
		  "/nomad.slice/share.slice/*.postgres-15.scope" },
		{ "/nomad.slice/" UUID ".postgres-16.scope", "/nomad.slice/*.postgres-16.scope" },
		{ "/nomad.slice/" UUID ".web-2-7.scope", "/nomad.slice/*.web-2-7.scope" },
		{ "/system.slice/runc-postgres-16.scope", "/system.slice/runc-postgres-16.scope" },
		{ "/system.slice/crun-web-1-2.scope", "/system.slice/crun-web-1-2.scope" },
		{ "/system.slice/runsc-redis-7.scope", "/system.slice/runsc-redis-7.scope" },
		{ "/system.slice/runc-4711.scope", "/system.slice/runc-*.scope" },
		{ "/system.slice/runc-" HEX64 ".scope", "/system.slice/runc-*.scope" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

static void names_with_kernel_escapes(void **state)
{
	static const struct pair pairs[] = {
		{ "/user.slice/user-1000.slice/my\\040app-4711.scope",
		  "/user.slice/user-*.slice/my\\040app-*.scope" },
		{ "/system.slice/backup@srv-my\\040data.service", "/system.slice/backup@*.service" },
		{ "/machine.slice/machine-qemu\\134x2d12\\134x2dweb.scope",
		  "/machine.slice/machine-*.scope" },
		{ "/docker/" HEX64 "/with\\040blank", "/docker/*/with\\040blank" },
	};

	(void)state;
	ALL_BECOME(pairs);
}

/* One of so many paths of a machine that has run for a while: those of each template in the order of their numbers. */
static void path_of(char *path, size_t size, int number)
{
	const int n = number / 10;
	const unsigned int hash = n * 2654435761U;

	switch (number % 10) {
	case 0:
		snprintf(path, size, "/user.slice/user-%d.slice/session-%s%d.scope", 1000 + n % 12, n % 7 ? "" : "c", n);
		break;
	case 1:
		snprintf(path, size, "/system.slice/run-r%08x%024x.scope", hash, n);
		break;
	case 2:
		snprintf(path, size, "/system.slice/run-p%d-i%d.service", n, n + 1);
		break;
	case 3:
		snprintf(path, size, "/system.slice/system-sshd.slice/sshd@%d-10.0.2.15:22-10.0.2.2:%d.service", n, n % 65536);
		break;
	case 4:
		snprintf(path, size, "/system.slice/docker-%08x%056x.scope", hash, n);
		break;
	case 5:
		snprintf(path, size, "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%08x_0000_4000_8000_%012x.slice",
			 hash, n);
		break;
	case 6:
		snprintf(path, size, "/kubepods.slice/kubepods-pod%08x_0000_4000_8000_%012x.slice/cri-containerd-%064x.scope",
			 hash, n / 3, n);
		break;
	case 7:
		snprintf(path, size, "/slurm/uid_%d/job_%d/step_batch", 1000 + n % 5, n);
		break;
	case 8:
		snprintf(path, size, "/garden/%08x-0000-4000-8000-%04x", hash, n % 65536);
		break;
	default:
		snprintf(path, size, "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox-%d.scope", n);
	}
}

static void seventy_thousand_names_are_ten_templates(void **state)
{
	static const char *const templates[10] = {
		"/user.slice/user-*.slice/session-*.scope",
		"/system.slice/run-r*.scope",
		"/system.slice/run-p*-i*.service",
		"/system.slice/system-sshd.slice/sshd@*.service",
		"/system.slice/docker-*.scope",
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod*.slice",
		"/kubepods.slice/kubepods-pod*.slice/cri-containerd-*.scope",
		"/slurm/uid_*/job_*/step_batch",
		"/garden/*",
		"/user.slice/user-*.slice/user@*.service/app.slice/app-gnome-firefox-*.scope",
	};
	enum { NAMES = 70000 };
	int counts[10] = { 0 };

	(void)state;
	for (int number = 0; number < NAMES; number++) {
		char path[256], template[256];
		int found = 0;

		path_of(path, sizeof(path), number);
		template_of(path, strlen(path), template);
		while (found < 10 && strcmp(templates[found], template))
			found++;
		if (found == 10)
			fail_msg("%s became %s", path, template);
		counts[found]++;
	}
	for (int i = 0; i < 10; i++)
		assert_int_equal(counts[i], NAMES / 10);
}

static void the_longest_name_and_more(void **state)
{
	char path[512] = "/", template[512] = "/";

	(void)state;
	memset(path + 1, '@', 255);
	memset(template + 1, '@', 255);
	strcpy(path + 256, "/7");
	strcpy(template + 256, "/*");
	becomes(path, template);
	memset(path + 1, '7', 255);
	becomes(path, "/*/*");
	memset(path + 1, '7', 256);	/* no filesystem has it: damage */
	path[257] = '\0';
	becomes(path, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_and_users),
		cmocka_unit_test(transient_units),
		cmocka_unit_test(instances_of_template_units),
		cmocka_unit_test(applications_of_a_desktop),
		cmocka_unit_test(pods),
		cmocka_unit_test(containers),
		cmocka_unit_test(virtual_machines_and_system_containers),
		cmocka_unit_test(builds_and_sandboxes),
		cmocka_unit_test(batch_jobs_and_numbers),
		cmocka_unit_test(what_is_its_own_stays),
		cmocka_unit_test(two_services_are_two_templates),
		cmocka_unit_test(names_with_kernel_escapes),
		cmocka_unit_test(seventy_thousand_names_are_ten_templates),
		cmocka_unit_test(the_longest_name_and_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
