/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this kernel looks like: each struct member, size, enumerator and symbol
 * that zmemcg uses, resolved once through a lookup, and what follows from them.
 * Vendors backport, so nobody tests a kernel's version; and nobody but this
 * module knows that a member has had another name.
 *
 * Plain C: in a session the lookup is crash's (session/session.c), in a unit
 * test it is a text.
 */
#ifndef ZMEMCG_LAYOUT_H
#define ZMEMCG_LAYOUT_H

#include "zmemcg/types.h"

struct member {
	bool known;
	int offset;	/* bytes */
	int size;	/* bytes; the whole array for an array, 0 for a flexible one */
};

/*
 * How the word page_type says that a page is of one type (include/linux/page-flags.h): until 6.11 a bit
 * is unset in a word of ones; since 6.12 the upper byte is the type's number.
 */
struct page_type {
	uint32_t mask, value;	/* of those bits of the word; mask 0: not known */
};

/* Where the answers come from. Each function returns false for "absent". */
struct layout_lookup {
	void *from;
	bool (*member)(void *from, const char *type, const char *name,
		       struct member *found);
	bool (*size)(void *from, const char *type, long *bytes);
	bool (*symbol)(void *from, const char *name, kaddr_t *value);
	bool (*enumerator)(void *from, const char *name, long *value);
	bool (*number)(void *from, const char *name, long *value);	/* of vmcoreinfo */
};

struct layout {
	/* cgroups: include/linux/cgroup-defs.h, kernel/cgroup */
	struct member css_cgroup, css_refcnt, css_sibling, css_children, css_flags,
		      css_parent, css_serial_nr;
	struct member ref_count_ptr, ref_data, ref_data_count, ref_data_confirm_switch;
	struct member subsys_root, subsys_id;
	struct member cgroup_self, cgroup_kn, cgroup_root, cgroup_nr_dying,
		      cgroup_nr_dying_subsys, cgroup_events_file, cgroup_psi;
	struct member file_notified_at;
	kaddr_t root_mem_cgroup, memory_cgrp_subsys, memory_enabled_key, cgrp_dfl_root;

	/* time: include/linux/timekeeper_internal.h, kernel/time, kernel/sched */
	struct member tk_data_timekeeper, timekeeper_xtime_sec, timekeeper_ntp_tick;
	struct member psi_avg_last_update, psi_pcpu, psi_state_start, rq_clock;
	kaddr_t timekeeper_data, jiffies_64, tick_nsec, runqueues;

	/* kernfs: include/linux/kernfs.h, fs/kernfs/kernfs-internal.h */
	struct member kn_parent, kn_name, kn_flags, kn_priv, kn_iattr;
	struct member iattr_mtime, iattr_atime, iattr_uid, iattr_xattrs;
	struct member xattr_list, xattr_rb_node, xattr_name, xattr_size, xattr_value;
	kaddr_t kernfs_node_cache;

	/* memcgs: include/linux/memcontrol.h, mm/memcontrol.c */
	struct member memcg_css, memcg_id, memcg_nodeinfo, memcg_events_file,
		      memcg_socket_pressure, memcg_cgwb_domain;
	struct member domain_dirty_limit_tstamp;
	struct member id_id, id_ref;
	struct member pn_lruvec, pn_lru_zone_size, pn_memcg, pn_orig_objcg;
	struct member lruvec_lists, lruvec_lrugen;
	struct member lrugen_folios, lrugen_nr_pages, lrugen_timestamps;
	struct member objcg_memcg;
	kaddr_t nr_node_ids;

	/* pages: include/linux/mm_types.h, page-flags.h */
	long page_size_bytes;	/* sizeof(struct page) */
	struct member zone_free_area;		/* include/linux/mmzone.h: one for each order */
	long free_area_bytes;
	struct member page_flags, page_mapping, page_lru, page_memcg, page_memcg_data,
		      page_mapcount, page_refcount, page_index,
		      page_private, page_compound_head, page_page_type;
	struct member folio_order_byte;		/* 6.1: counted from the head page */
	struct member page_compound_order;	/* before: in the first tail page */
	struct member folio_flags_1;		/* since 6.6: low byte, counted from the head page */
	struct member folio_entire_mapcount, folio_large_mapcount;	/* likewise */
	struct member tail_compound_mapcount;	/* in the first tail page */
	long pg_dirty, pg_writeback, pg_swapbacked, pg_swapcache, pg_mlocked, pg_head,
	     pg_private;
	long pg_lru, pg_private_2;
	long pg_slab, pgty_slab;	/* which of them is one: layout_tells_slabs() */
	long levels_5;		/* of vmcoreinfo: whether x86-64 has five levels of page tables */
	long arm_t1sz;		/* of vmcoreinfo: bits of an address of 64 that arm64's tables don't have, 0: not known */
	long buddy_number, hugetlb_number, slab_number;	/* of vmcoreinfo, PAGE_*_MAPCOUNT_VALUE; 0: absent */
	uint32_t buddy_type;	/* page_type of a free block's first page, 0: not known */
	struct page_type hugetlb_type, slab_type;

	/* batches of the lists: mm/swap.c, include/linux/pagevec.h */
	struct member batch_nr, batch_folios, batches_add, batches_deactivate_file,
		      batches_deactivate, batches_lazyfree, batches_activate, batches_move_tail,
		      rotate_batch;
	kaddr_t lru_batches, lru_rotate;	/* per CPU */

	/* slab: mm/slab.h, include/linux/slub_def.h */
	struct member slab_cache, cache_size, cache_red_left_pad;
	struct member clone_memcg, clone_refcnt;	/* caches of one memcg each: until 5.8 */

	/* files: include/linux/fs.h, dcache.h, blkdev.h, fs/mount.h */
	struct member mapping_host, mapping_i_mmap, mapping_flags;
	struct member inode_sb, inode_ino, inode_nlink, inode_dentries, inode_count, inode_mapping;
	struct member sb_type, sb_id, sb_flags, sb_mounts;
	struct member fstype_name;
	struct member dentry_parent, dentry_name, dentry_alias, dentry_hash, dentry_lockref,
		      dentry_child, dentry_subdirs, dentry_children;
	struct member lockref_count;
	struct member qstr_name, qstr_len, hash_pprev;
	struct member mount_parent, mount_mountpoint, mount_mnt, mount_ns, mount_instance,
		      mount_next_for_sb;
	struct member vfsmount_root;
	struct member task_nsproxy, nsproxy_mnt_ns;
	kaddr_t init_task;
	struct member bdev_inode_bdev, bdev_inode_inode, bdev_device, bdev_disk, bdev_partno;
	struct member device_kobj, kobject_name, disk_name;
	struct member bh_this_page, bh_page, bh_count;

	/* references: kernel/cgroup, mm/backing-dev.c, net/core/sock.c, fs/notify */
	struct member cset_subsys, cset_e_node, cgroup_e_csets;
	struct member bdi_list_node, bdi_wb_list, bdi_dev_name, wb_bdi, wb_bdi_node,
		      wb_offline_node, wb_memcg_css;
	struct member wb_dirty, wb_io, wb_more_io, wb_dirty_time, wb_attached;
	struct member inode_io_list, inode_wb, inode_sb_list, sb_list_node, sb_bdev, sb_inodes;
	kaddr_t bdi_list, offline_cgwbs, super_blocks;
	struct member swap_area_map;
	kaddr_t swap_info;
	struct member memcg_mm_list, mm_list_fifo, mm_lru_gen_list, mm_lru_gen_memcg;
	struct member stock_cached, stock_nr_pages;
	kaddr_t memcg_stock;
	struct member task_tasks, task_signal, task_thread_node, task_files, task_pid,
		      task_comm, task_cgroups, task_exit_state, task_stack_area,
		      task_flags, task_group_leader, task_real_parent;
	struct member area_pages, area_nr_pages;	/* include/linux/vmalloc.h: vm_struct */
	struct member signal_thread_head, signal_live, files_fdt, fdt_max_fds, fdt_fd;
	struct member nsproxy_net_ns, nsproxy_cgroup_ns, cgroup_ns_root_cset;
	struct member task_mm, mm_pgd, mm_pgtables_bytes, file_mapping, file_mode, vma_shared, vma_mm, vma_flags;
	struct member vma_start, vma_end, vma_pgoff;
	struct member anon_vma_root, anon_chain_rb, anon_chain_vma;	/* include/linux/rmap.h */
	struct member file_f_op, file_private_data, file_inode, inode_private, socket_sk,
		      socket_file;
	struct member cgroup_ns_common, net_common, dentry_inode, vfsmount_sb;
	struct member seq_private, kernfs_open_priv, kernfs_open_released, cgroup_file_ns;
	struct member sock_receive_queue, sock_family, skb_cb, skb_sk, unix_cb_fp,
		      fp_list_count, fp_list_files;
	struct member ring_file_table, ring_nr_files, file_table_files;
	struct member file_table_data, rsrc_data_nr, rsrc_data_nodes, rsrc_node_file;
	struct member sock_net, sock_memcg, sock_prot, sock_refcnt, sock_state, sock_wmem_alloc,
		      sock_socket,
		      proto_node, proto_slab, proto_name, proto_obj_size, cache_list, cache_name;
	struct member fsnotify_memcg;
	struct member idr_root, xa_head, xa_node_shift, xa_node_parent, xa_node_slots;
	struct member bpf_map_memcg, bpf_map_id, bpf_map_name;
	kaddr_t socket_file_ops, inotify_fops, fanotify_fops, io_uring_fops,
		ns_file_operations, kernfs_file_fops, nsfs_mnt, proto_list, slab_caches, map_idr;

	/* costs, what a memcg is made of: inventory/cost.c has their order */
	struct member memcg_vmstats, memcg_vmstats_percpu, memcg_vmstats_local,
		      memcg_events_percpu, memcg_orig_objcg;
	struct member domain_completions, fprop_events, counter_counters;
	struct member pn_stats, pn_stats_percpu, pn_stats_local, pn_shrinker_info,
		      shrinker_map_nr_max;
	struct member objcg_refcnt;
	struct member cgroup_level, cgroup_root_ancestor, cgroup_rstat, cgroup_rstat_base,
		      css_rstat;
	struct member cache_object_size;
	long memcg_bytes, vmstats_bytes, vmstats_percpu_bytes, events_percpu_bytes;
	long pn_bytes, pn_stats_bytes, pn_stats_percpu_bytes, pn_stats_local_bytes,
	     shrinker_info_bytes, shrinker_unit_bytes;
	long objcg_bytes, ref_data_bytes;
	long cgroup_bytes, rstat_bytes, rstat_base_bytes, css_rstat_bytes, psi_bytes,
	     psi_percpu_bytes, kn_bytes, iattr_bytes;
	long cpumask_bytes;
	kaddr_t kmalloc_caches, memcg_cache, pn_cache, iattr_cache;
	kaddr_t shrinker_nr_max, shrinker_map_size;
	kaddr_t possible_cpus, percpu_populated, percpu_units;

	/*
	 * What follows. Named after what changed in the kernel.
	 */

	/* A folio on an LRU list points to an obj_cgroup, which moves to the parent when
	 * the memcg goes offline: page cache does not pin (7.1, f1cf8d2f36dc). */
	bool lru_folios_carry_objcg;

	/* A page of kernel memory is told by its page type (until 5.10); later its memcg
	 * word has a bit for that (5.11, 18b2db3b0385). */
	bool kmem_pages_have_type;

	/* Each base page of a folio refers to the memcg (before 5.9, where there is no
	 * obj_cgroup); since then a folio does it once. */
	bool pages_refer_singly;

	/* So does each base page of a slab, whose cache is one memcg's (before 5.3, f0a3a24b532d). */
	bool slabs_refer;
};

/*
 * Resolves what every report uses. Members that are absent stay unknown; the caller asks
 * layout_lacks() before it uses them.
 */
void layout_resolve(struct layout *layout, const struct layout_lookup *lookup);

/*
 * Resolves what NEED_REFERENCES, NEED_COSTS, NEED_USERS, FOR_BATCHES and FOR_TASKS ask for, as far as they are
 * among the needs: half as much again, and crash asks gdb for some of it (24 ms each), so the other reports
 * do not wait for it.
 */
void layout_resolve_for(struct layout *layout, const struct layout_lookup *lookup,
			unsigned int needs);

/* Whether a slab's page is told from others: by a flag until 6.9, by its type since. */
bool layout_tells_slabs(const struct layout *layout);

/* What a report needs from the kernel, as bits. */
enum layout_need {
	NEED_MEMCGS = 1,	/* the css tree and its paths */
	NEED_LRU = 2,		/* the memcgs' lists of folios */
	NEED_FILES = 4,		/* from a folio to its inode and path */
	NEED_SLAB = 8,		/* kernfs_nodes in their slab pages */
	NEED_REFERENCES = 16,	/* what holds a memcg besides its pages */
	FOR_REFERENCES = 32,	/* the same, and what not every kernel has: never lacking */
	NEED_COSTS = 64,	/* what a memcg is made of */
	FOR_COSTS = 128,	/* the same, and what not every kernel has */
	NEED_USERS = 256,	/* tasks that have a file open or mapped */
	FOR_BATCHES = 512,	/* folios on their way to a list; never lacking */
	FOR_TASKS = 1024,	/* which tasks have what holds a memcg; never lacking */
};

#define NEED_EVERYTHING	(~0u)

/*
 * NULL when everything that the needs ask for is known; otherwise the name of
 * the first member or symbol that is absent ("struct mem_cgroup.css").
 */
const char *layout_lacks(const struct layout *layout, unsigned int needs);

#endif
