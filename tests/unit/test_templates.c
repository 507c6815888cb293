// SPDX-License-Identifier: GPL-2.0-or-later
/* Templates of sessions, units and desktops; what stays as it is; names by the ten thousand. */
#include "templated.h"

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
		{ "/system.slice/\\x2esnapshots-17-snapshot.mount", "/system.slice/\\x2esnapshots-*-snapshot.mount" },
		{ "/system.slice/mnt-\\x2esnapshots-1-snapshot.mount", "/system.slice/mnt-\\x2esnapshots-*-snapshot.mount" },
		{ "/system.slice/tmp-tmp.Ab12Cd34Ef.mount", "/system.slice/tmp-tmp.*.mount" },
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
		cmocka_unit_test(what_is_its_own_stays),
		cmocka_unit_test(two_services_are_two_templates),
		cmocka_unit_test(names_with_kernel_escapes),
		cmocka_unit_test(seventy_thousand_names_are_ten_templates),
		cmocka_unit_test(the_longest_name_and_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
