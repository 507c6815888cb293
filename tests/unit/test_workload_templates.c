// SPDX-License-Identifier: GPL-2.0-or-later
/* Templates of what runs on machines by the thousand: pods, containers, virtual machines, builds, jobs. */
#include "templated.h"

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
		{ "/slurm/uid_1000/job_4711/step_1+2/task_3", "/slurm/uid_*/job_*/step_*+*/task_*" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pods),
		cmocka_unit_test(containers),
		cmocka_unit_test(virtual_machines_and_system_containers),
		cmocka_unit_test(builds_and_sandboxes),
		cmocka_unit_test(batch_jobs_and_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
