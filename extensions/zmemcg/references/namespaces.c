// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/namespaces.h"

#include "zmemcg/access.h"
#include "zmemcg/inodes.h"
#include "zmemcg/keepers.h"
#include "zmemcg/layout.h"
#include "zmemcg/mounts.h"
#include "zmemcg/open_files.h"
#include "zmemcg/run.h"

struct search {
	void (*visit)(struct run *run, void *arg, kaddr_t common, struct keeper keeper);
	void *arg;
};

kaddr_t namespace_of_task(struct run *run, kaddr_t task, struct member in_nsproxy)
{
	kaddr_t nsproxy, ns;

	return read_member(run, task, run->layout->task_nsproxy, &nsproxy) && nsproxy &&
	       read_member(run, nsproxy, in_nsproxy, &ns) ? ns : 0;
}

/* The kernel's own mount has its super_block: fs/nsfs.c 6.1 nsfs_init(). */
static kaddr_t super_block_of_nsfs(struct run *run)
{
	const struct layout *l = run->layout;
	kaddr_t mnt, sb;

	return l->nsfs_mnt && read_pointer(run, l->nsfs_mnt, &mnt) && mnt &&
	       read_member(run, mnt, l->vfsmount_sb, &sb) ? sb : 0;
}

bool inode_is_namespace(struct run *run, kaddr_t inode)
{
	kaddr_t sb;

	return read_member(run, inode, run->layout->inode_sb, &sb) && sb &&
	       sb == super_block_of_nsfs(run);
}

/* The ns_common of one: fs/nsfs.c 6.1 __ns_get_path(), the inode keeps it. */
static kaddr_t common_of_inode(struct run *run, kaddr_t inode)
{
	kaddr_t common;

	return read_member(run, inode, run->layout->inode_private, &common) ? common : 0;
}

/* There are two types, of the first and of the second version. */
static bool is_cgroupfs(struct run *run, kaddr_t inode)
{
	kaddr_t sb;

	return read_member(run, inode, run->layout->inode_sb, &sb) && sb &&
	       (files_is_of_type(run, sb, "cgroup2") || files_is_of_type(run, sb, "cgroup"));
}

/*
 * A file of cgroupfs keeps the namespace of who opened it (kernel/cgroup/cgroup.c 6.1
 * cgroup_file_open()), until it is closed, or its directory removed: then what it points to is
 * freed (fs/kernfs/file.c 6.1 kernfs_release_file()). The other bit of the same byte is for
 * files that are mapped, which these can't be.
 */
static kaddr_t common_of_kernfs_file(struct run *run, const struct open_file *file,
				     kaddr_t inode)
{
	const struct layout *l = run->layout;
	uint64_t released;
	kaddr_t of, ctx, ns;

	if (!l->cgroup_file_ns.known || !l->cgroup_ns_common.known || !file->object ||
	    !is_cgroupfs(run, inode) ||
	    !read_member(run, file->object, l->seq_private, &of) || !of ||
	    !read_member(run, of, l->kernfs_open_released, &released) || released)
		return 0;
	return read_member(run, of, l->kernfs_open_priv, &ctx) && ctx &&
	       read_member(run, ctx, l->cgroup_file_ns, &ns) && ns ?
	       ns + l->cgroup_ns_common.offset : 0;
}

static kaddr_t common_of_file(struct run *run, const struct open_file *file)
{
	kaddr_t inode;

	if ((file->kind != OPEN_NAMESPACE && file->kind != OPEN_KERNFS) ||
	    !read_member(run, file->file, run->layout->file_inode, &inode) || !inode)
		return 0;
	return file->kind == OPEN_NAMESPACE ? common_of_inode(run, inode) :
	       common_of_kernfs_file(run, file, inode);
}

static void visit_mount(struct run *run, void *arg, kaddr_t mount)
{
	const struct search *search = arg;
	kaddr_t dentry, inode, common;

	if (!mount_root(run, mount, &dentry) ||
	    !read_member(run, dentry, run->layout->dentry_inode, &inode) || !inode)
		return;
	common = common_of_inode(run, inode);
	if (common)
		search->visit(run, search->arg, common, (struct keeper){ .mount = mount });
}

void namespaces_visit(struct run *run, struct ledger *ledger,
		      void (*visit)(struct run *run, void *arg, kaddr_t common, struct keeper keeper),
		      void *arg)
{
	const struct open_files *open = open_files_with_passed(run, ledger);
	struct search search = { visit, arg };
	const kaddr_t nsfs = super_block_of_nsfs(run);

	for (size_t i = 0; i < open->count; i++) {
		const struct open_file *file = &open->files[i];
		const kaddr_t common = common_of_file(run, file);

		if (common)
			visit(run, arg, common, (struct keeper){ .file = file });
	}
	if (nsfs)
		mounts_visit(run, nsfs, visit_mount, &search);
}
