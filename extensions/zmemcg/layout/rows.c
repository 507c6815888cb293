// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every name of the kernel that zmemcg knows. A release behind a row says since when
 * the member bears that name.
 */
#include "zmemcg/layout_rows.h"

#include "zmemcg/layout.h"

#define SLOT(field)	offsetof(struct layout, field)
#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

const struct member_row member_rows[] = {
	{ SLOT(css_cgroup), "cgroup_subsys_state", "cgroup", NEED_MEMCGS },
	{ SLOT(css_refcnt), "cgroup_subsys_state", "refcnt", NEED_MEMCGS },
	{ SLOT(css_sibling), "cgroup_subsys_state", "sibling", NEED_MEMCGS },
	{ SLOT(css_children), "cgroup_subsys_state", "children", NEED_MEMCGS },
	{ SLOT(css_flags), "cgroup_subsys_state", "flags", NEED_MEMCGS },
	{ SLOT(css_parent), "cgroup_subsys_state", "parent", NEED_MEMCGS },
	{ SLOT(css_serial_nr), "cgroup_subsys_state", "serial_nr", 0 },
	{ SLOT(ref_count_ptr), "percpu_ref", "percpu_count_ptr", 0 },
	{ SLOT(ref_data), "percpu_ref", "data", 0 },	/* 5.10, 2b0d3d3e4fcf */
	{ SLOT(ref_data_count), "percpu_ref_data", "count", 0 },
	{ SLOT(ref_data_count), "percpu_ref", "count", 0 },
	{ SLOT(ref_data_confirm_switch), "percpu_ref_data", "confirm_switch", 0 },
	{ SLOT(ref_data_confirm_switch), "percpu_ref", "confirm_switch", 0 },
	{ SLOT(subsys_root), "cgroup_subsys", "root", NEED_MEMCGS },
	{ SLOT(subsys_id), "cgroup_subsys", "id", 0 },
	{ SLOT(cgroup_self), "cgroup", "self", NEED_MEMCGS },
	{ SLOT(cgroup_kn), "cgroup", "kn", NEED_MEMCGS },
	{ SLOT(cgroup_root), "cgroup", "root", NEED_MEMCGS },
	{ SLOT(cgroup_nr_dying), "cgroup", "nr_dying_descendants", 0 },
	{ SLOT(cgroup_nr_dying_subsys), "cgroup", "nr_dying_subsys", 0 },	/* 6.12 */
	{ SLOT(cgroup_events_file), "cgroup", "events_file", 0 },
	{ SLOT(cgroup_psi), "cgroup", "psi", 0 },			/* 4.20 */
	{ SLOT(file_notified_at), "cgroup_file", "notified_at", 0 },	/* 4.18 */

	{ SLOT(tk_data_timekeeper), "tk_data", "timekeeper", 0 },	/* 6.13 */
	{ SLOT(timekeeper_xtime_sec), "timekeeper", "xtime_sec", 0 },
	{ SLOT(timekeeper_ntp_tick), "timekeeper", "ntp_tick", 0 },
	{ SLOT(psi_avg_last_update), "psi_group", "avg_last_update", 0 },
	{ SLOT(psi_pcpu), "psi_group", "pcpu", 0 },
	{ SLOT(psi_state_start), "psi_group_cpu", "state_start", 0 },
	{ SLOT(rq_clock), "rq", "clock", 0 },

	{ SLOT(kn_parent), "kernfs_node", "parent", NEED_MEMCGS },
	{ SLOT(kn_parent), "kernfs_node", "__parent", NEED_MEMCGS },	/* 6.15 */
	{ SLOT(kn_name), "kernfs_node", "name", NEED_MEMCGS },
	{ SLOT(kn_flags), "kernfs_node", "flags", NEED_SLAB },
	{ SLOT(kn_priv), "kernfs_node", "priv", NEED_SLAB },
	{ SLOT(kn_iattr), "kernfs_node", "iattr", 0 },
	{ SLOT(iattr_mtime), "kernfs_iattrs", "ia_mtime", 0 },	/* 5.2, 05895219627c */
	{ SLOT(iattr_mtime), "kernfs_iattrs", "ia_iattr.ia_mtime", 0 },
	{ SLOT(iattr_atime), "kernfs_iattrs", "ia_atime", 0 },
	{ SLOT(iattr_atime), "kernfs_iattrs", "ia_iattr.ia_atime", 0 },
	{ SLOT(iattr_uid), "kernfs_iattrs", "ia_uid", FOR_REFERENCES },
	{ SLOT(iattr_uid), "kernfs_iattrs", "ia_iattr.ia_uid", FOR_REFERENCES },
	{ SLOT(iattr_xattrs), "kernfs_iattrs", "xattrs", FOR_REFERENCES },
	{ SLOT(xattr_list), "simple_xattr", "list", FOR_REFERENCES },
	{ SLOT(xattr_list), "simple_xattr", "node", FOR_REFERENCES },		/* 7.2 */
	{ SLOT(xattr_rb_node), "simple_xattr", "rb_node", FOR_REFERENCES },		/* 6.2 */
	{ SLOT(xattr_name), "simple_xattr", "name", FOR_REFERENCES },
	{ SLOT(xattr_size), "simple_xattr", "size", FOR_REFERENCES },
	{ SLOT(xattr_value), "simple_xattr", "value", FOR_REFERENCES },

	{ SLOT(memcg_css), "mem_cgroup", "css", NEED_MEMCGS },
	{ SLOT(memcg_id), "mem_cgroup", "id", 0 },
	{ SLOT(memcg_nodeinfo), "mem_cgroup", "nodeinfo", NEED_LRU },
	{ SLOT(memcg_events_file), "mem_cgroup", "events_file", 0 },
	{ SLOT(memcg_socket_pressure), "mem_cgroup", "socket_pressure", 0 },
	{ SLOT(memcg_cgwb_domain), "mem_cgroup", "cgwb_domain", 0 },
	{ SLOT(domain_dirty_limit_tstamp), "wb_domain", "dirty_limit_tstamp", 0 },
	{ SLOT(id_id), "mem_cgroup_private_id", "id", 0 },	/* 6.17 */
	{ SLOT(id_id), "mem_cgroup_id", "id", 0 },
	{ SLOT(id_ref), "mem_cgroup_private_id", "ref", 0 },
	{ SLOT(id_ref), "mem_cgroup_id", "ref", 0 },
	{ SLOT(pn_lruvec), "mem_cgroup_per_node", "lruvec", NEED_LRU },
	{ SLOT(pn_lru_zone_size), "mem_cgroup_per_node", "lru_zone_size", NEED_LRU },
	{ SLOT(pn_memcg), "mem_cgroup_per_node", "memcg", NEED_LRU },
	{ SLOT(pn_orig_objcg), "mem_cgroup_per_node", "orig_objcg", 0 },	/* 7.1 */
	{ SLOT(lruvec_lists), "lruvec", "lists", NEED_LRU },
	{ SLOT(lruvec_lrugen), "lruvec", "lrugen", 0 },			/* 6.1, MGLRU */
	{ SLOT(lrugen_folios), "lru_gen_folio", "folios", 0 },		/* 6.4 */
	{ SLOT(lrugen_folios), "lru_gen_struct", "folios", 0 },		/* 6.1.y */
	{ SLOT(lrugen_folios), "lru_gen_struct", "lists", 0 },		/* 6.1 */
	{ SLOT(lrugen_nr_pages), "lru_gen_folio", "nr_pages", 0 },
	{ SLOT(lrugen_nr_pages), "lru_gen_struct", "nr_pages", 0 },
	{ SLOT(lrugen_timestamps), "lru_gen_folio", "timestamps", 0 },
	{ SLOT(lrugen_timestamps), "lru_gen_struct", "timestamps", 0 },
	{ SLOT(objcg_memcg), "obj_cgroup", "memcg", 0 },			/* 5.9 */
	{ SLOT(zone_free_area), "zone", "free_area", 0 },

	{ SLOT(page_flags), "page", "flags", NEED_LRU },
	{ SLOT(page_mapping), "page", "mapping", NEED_LRU },
	{ SLOT(page_lru), "page", "lru", NEED_LRU },
	{ SLOT(page_memcg), "page", "memcg_data", NEED_LRU },		/* 5.11 */
	{ SLOT(page_memcg_data), "page", "memcg_data", 0 },
	{ SLOT(page_memcg), "page", "mem_cgroup", NEED_LRU },
	{ SLOT(page_mapcount), "page", "_mapcount", 0 },
	{ SLOT(page_refcount), "page", "_refcount", 0 },
	{ SLOT(page_index), "page", "__folio_index", FOR_TASKS },	/* 6.16 */
	{ SLOT(page_index), "page", "index", FOR_TASKS },
	{ SLOT(page_private), "page", "private", 0 },
	{ SLOT(page_compound_head), "page", "compound_info", 0 },	/* 7.1 */
	{ SLOT(page_compound_head), "page", "compound_head", 0 },
	{ SLOT(page_page_type), "page", "page_type", 0 },
	{ SLOT(folio_order_byte), "folio", "_folio_order", 0 },
	{ SLOT(page_compound_order), "page", "compound_order", 0 },
	{ SLOT(folio_flags_1), "folio", "_flags_1", 0 },
	{ SLOT(folio_entire_mapcount), "folio", "_entire_mapcount", 0 },
	{ SLOT(folio_large_mapcount), "folio", "_large_mapcount", 0 },	/* 6.10 */
	{ SLOT(tail_compound_mapcount), "page", "compound_mapcount", 0 },

	{ SLOT(batch_nr), "folio_batch", "nr", FOR_BATCHES },		/* 5.17 */
	{ SLOT(batch_nr), "pagevec", "nr", FOR_BATCHES },
	{ SLOT(batch_folios), "folio_batch", "folios", FOR_BATCHES },
	{ SLOT(batch_folios), "pagevec", "pages", FOR_BATCHES },
	{ SLOT(batches_add), "cpu_fbatches", "lru_add", FOR_BATCHES },	/* 6.0 */
	{ SLOT(batches_add), "lru_pvecs", "lru_add", FOR_BATCHES },
	{ SLOT(batches_deactivate_file), "cpu_fbatches", "lru_deactivate_file", FOR_BATCHES },
	{ SLOT(batches_deactivate_file), "lru_pvecs", "lru_deactivate_file", FOR_BATCHES },
	{ SLOT(batches_deactivate), "cpu_fbatches", "lru_deactivate", FOR_BATCHES },
	{ SLOT(batches_deactivate), "lru_pvecs", "lru_deactivate", FOR_BATCHES },
	{ SLOT(batches_lazyfree), "cpu_fbatches", "lru_lazyfree", FOR_BATCHES },
	{ SLOT(batches_lazyfree), "lru_pvecs", "lru_lazyfree", FOR_BATCHES },
	{ SLOT(batches_activate), "cpu_fbatches", "lru_activate", FOR_BATCHES },	/* 6.12 */
	{ SLOT(batches_activate), "cpu_fbatches", "activate", FOR_BATCHES },
	{ SLOT(batches_activate), "lru_pvecs", "activate_page", FOR_BATCHES },
	{ SLOT(batches_move_tail), "cpu_fbatches", "lru_move_tail", FOR_BATCHES },	/* 6.12 */
	{ SLOT(rotate_batch), "lru_rotate", "fbatch", FOR_BATCHES },	/* 6.0 to 6.11 */
	{ SLOT(rotate_batch), "lru_rotate", "pvec", FOR_BATCHES },

	{ SLOT(slab_cache), "slab", "slab_cache", NEED_SLAB },		/* 5.17 */
	{ SLOT(slab_cache), "page", "slab_cache", NEED_SLAB },
	{ SLOT(cache_size), "kmem_cache", "size", NEED_SLAB },
	{ SLOT(cache_red_left_pad), "kmem_cache", "red_left_pad", 0 },
	{ SLOT(clone_memcg), "memcg_cache_params", "memcg", 0 },		/* until 5.8 */
	{ SLOT(clone_refcnt), "memcg_cache_params", "refcnt", 0 },	/* 5.3 to 5.8 */

	{ SLOT(mapping_host), "address_space", "host", NEED_FILES },
	{ SLOT(mapping_flags), "address_space", "flags", FOR_REFERENCES },
	{ SLOT(inode_sb), "inode", "i_sb", NEED_FILES },
	{ SLOT(inode_ino), "inode", "i_ino", NEED_FILES },
	{ SLOT(inode_nlink), "inode", "i_nlink", NEED_FILES },
	{ SLOT(inode_dentries), "inode", "i_dentry", NEED_FILES },
	{ SLOT(inode_count), "inode", "i_count", FOR_REFERENCES },
	{ SLOT(inode_mapping), "inode", "i_mapping", FOR_REFERENCES },
	{ SLOT(sb_type), "super_block", "s_type", NEED_FILES },
	{ SLOT(sb_id), "super_block", "s_id", NEED_FILES },
	{ SLOT(sb_flags), "super_block", "s_flags", NEED_FILES },
	{ SLOT(sb_mounts), "super_block", "s_mounts", NEED_FILES },
	{ SLOT(fstype_name), "file_system_type", "name", NEED_FILES },
	{ SLOT(dentry_parent), "dentry", "d_parent", NEED_FILES },
	{ SLOT(dentry_name), "dentry", "d_name", NEED_FILES },
	/* A union of anonymous type before 7.x: its members stand at its start. */
	{ SLOT(dentry_alias), "dentry", "d_u", NEED_FILES },
	{ SLOT(dentry_alias), "dentry", "d_alias", NEED_FILES },
	{ SLOT(dentry_hash), "dentry", "d_hash", NEED_FILES },
	{ SLOT(dentry_lockref), "dentry", "d_lockref", FOR_REFERENCES },
	{ SLOT(lockref_count), "lockref", "count", FOR_REFERENCES },
	{ SLOT(dentry_child), "dentry", "d_sib", FOR_REFERENCES },		/* 6.8 */
	{ SLOT(dentry_child), "dentry", "d_child", FOR_REFERENCES },
	{ SLOT(dentry_subdirs), "dentry", "d_subdirs", FOR_REFERENCES },	/* until 6.7: a list_head */
	{ SLOT(dentry_children), "dentry", "d_children", FOR_REFERENCES },	/* an hlist_head */
	{ SLOT(qstr_name), "qstr", "name", NEED_FILES },
	{ SLOT(qstr_len), "qstr", "len", NEED_FILES },
	{ SLOT(hash_pprev), "hlist_bl_node", "pprev", NEED_FILES },
	{ SLOT(mount_parent), "mount", "mnt_parent", NEED_FILES },
	{ SLOT(mount_mountpoint), "mount", "mnt_mountpoint", NEED_FILES },
	{ SLOT(mount_mnt), "mount", "mnt", NEED_FILES },
	{ SLOT(mount_ns), "mount", "mnt_ns", NEED_FILES },
	{ SLOT(mount_instance), "mount", "mnt_instance", 0 },
	{ SLOT(mount_next_for_sb), "mount", "mnt_next_for_sb", 0 },	/* 6.18 */
	{ SLOT(vfsmount_root), "vfsmount", "mnt_root", NEED_FILES },
	{ SLOT(task_nsproxy), "task_struct", "nsproxy", NEED_FILES },
	{ SLOT(nsproxy_mnt_ns), "nsproxy", "mnt_ns", NEED_FILES },
	{ SLOT(bdev_inode_bdev), "bdev_inode", "bdev", 0 },
	{ SLOT(bdev_inode_inode), "bdev_inode", "vfs_inode", 0 },
	{ SLOT(bdev_device), "block_device", "bd_device", 0 },		/* 5.11 */
	{ SLOT(bdev_disk), "block_device", "bd_disk", 0 },
	{ SLOT(bdev_partno), "block_device", "bd_partno", 0 },
	{ SLOT(device_kobj), "device", "kobj", 0 },
	{ SLOT(kobject_name), "kobject", "name", 0 },
	{ SLOT(disk_name), "gendisk", "disk_name", 0 },
	{ SLOT(bh_this_page), "buffer_head", "b_this_page", 0 },
	{ SLOT(bh_page), "buffer_head", "b_folio", 0 },			/* 6.5 */
	{ SLOT(bh_page), "buffer_head", "b_page", 0 },
	{ SLOT(bh_count), "buffer_head", "b_count", 0 },

	{ SLOT(cset_subsys), "css_set", "subsys", NEED_REFERENCES },
	{ SLOT(cset_e_node), "css_set", "e_cset_node", NEED_REFERENCES },
	{ SLOT(cgroup_e_csets), "cgroup", "e_csets", NEED_REFERENCES },
	{ SLOT(bdi_list_node), "backing_dev_info", "bdi_list", FOR_REFERENCES },
	{ SLOT(bdi_wb_list), "backing_dev_info", "wb_list", FOR_REFERENCES },
	{ SLOT(bdi_dev_name), "backing_dev_info", "dev_name", FOR_REFERENCES },
	{ SLOT(wb_bdi), "bdi_writeback", "bdi", FOR_REFERENCES },
	{ SLOT(wb_bdi_node), "bdi_writeback", "bdi_node", FOR_REFERENCES },
	{ SLOT(wb_offline_node), "bdi_writeback", "offline_node", FOR_REFERENCES },	/* 5.14 */
	{ SLOT(wb_memcg_css), "bdi_writeback", "memcg_css", FOR_REFERENCES },
	{ SLOT(wb_dirty), "bdi_writeback", "b_dirty", FOR_REFERENCES },
	{ SLOT(wb_io), "bdi_writeback", "b_io", FOR_REFERENCES },
	{ SLOT(wb_more_io), "bdi_writeback", "b_more_io", FOR_REFERENCES },
	{ SLOT(wb_dirty_time), "bdi_writeback", "b_dirty_time", FOR_REFERENCES },
	{ SLOT(wb_attached), "bdi_writeback", "b_attached", FOR_REFERENCES },	/* 5.14 */
	{ SLOT(inode_io_list), "inode", "i_io_list", FOR_REFERENCES },
	{ SLOT(inode_wb), "inode", "i_wb", FOR_REFERENCES },
	{ SLOT(inode_sb_list), "inode", "i_sb_list", FOR_REFERENCES },
	{ SLOT(sb_list_node), "super_block", "s_list", FOR_REFERENCES },
	{ SLOT(sb_bdev), "super_block", "s_bdev", FOR_REFERENCES },
	{ SLOT(sb_inodes), "super_block", "s_inodes", FOR_REFERENCES },
	{ SLOT(swap_area_map), "swap_info_struct", "swap_map", FOR_REFERENCES },	/* gone in 7.2 */
	{ SLOT(memcg_mm_list), "mem_cgroup", "mm_list", FOR_REFERENCES },		/* 6.1, MGLRU */
	{ SLOT(mm_list_fifo), "lru_gen_mm_list", "fifo", FOR_REFERENCES },
	{ SLOT(mm_lru_gen_list), "mm_struct", "lru_gen.list", FOR_REFERENCES },
	{ SLOT(mm_lru_gen_memcg), "mm_struct", "lru_gen.memcg", FOR_REFERENCES },
	{ SLOT(stock_cached), "memcg_stock_pcp", "cached", FOR_REFERENCES },
	{ SLOT(stock_nr_pages), "memcg_stock_pcp", "nr_pages", FOR_REFERENCES },
	{ SLOT(task_tasks), "task_struct", "tasks", NEED_REFERENCES | NEED_USERS },
	{ SLOT(task_signal), "task_struct", "signal", NEED_REFERENCES | NEED_USERS },
	{ SLOT(task_thread_node), "task_struct", "thread_node", NEED_REFERENCES | NEED_USERS },
	{ SLOT(task_files), "task_struct", "files", NEED_REFERENCES | NEED_USERS },
	{ SLOT(task_pid), "task_struct", "pid", FOR_REFERENCES | NEED_USERS },
	{ SLOT(task_comm), "task_struct", "comm", FOR_REFERENCES | NEED_USERS },
	{ SLOT(task_cgroups), "task_struct", "cgroups", FOR_REFERENCES },
	{ SLOT(task_stack_area), "task_struct", "stack_vm_area", FOR_REFERENCES },
	{ SLOT(area_pages), "vm_struct", "pages", FOR_REFERENCES },
	{ SLOT(area_nr_pages), "vm_struct", "nr_pages", FOR_REFERENCES },
	{ SLOT(task_exit_state), "task_struct", "exit_state", FOR_REFERENCES },
	{ SLOT(task_flags), "task_struct", "flags", FOR_TASKS },
	{ SLOT(task_group_leader), "task_struct", "group_leader", FOR_TASKS },
	{ SLOT(task_real_parent), "task_struct", "real_parent", FOR_TASKS },
	{ SLOT(signal_live), "signal_struct", "live", FOR_TASKS },
	{ SLOT(signal_thread_head), "signal_struct", "thread_head", NEED_REFERENCES | NEED_USERS },
	{ SLOT(files_fdt), "files_struct", "fdt", NEED_REFERENCES | NEED_USERS },
	{ SLOT(fdt_max_fds), "fdtable", "max_fds", NEED_REFERENCES | NEED_USERS },
	{ SLOT(fdt_fd), "fdtable", "fd", NEED_REFERENCES | NEED_USERS },
	{ SLOT(nsproxy_net_ns), "nsproxy", "net_ns", FOR_TASKS },
	{ SLOT(nsproxy_cgroup_ns), "nsproxy", "cgroup_ns", FOR_REFERENCES },
	{ SLOT(cgroup_ns_root_cset), "cgroup_namespace", "root_cset", FOR_REFERENCES },
	{ SLOT(file_f_op), "file", "f_op", NEED_REFERENCES },
	{ SLOT(file_private_data), "file", "private_data", NEED_REFERENCES | NEED_USERS },
	{ SLOT(file_inode), "file", "f_inode", FOR_REFERENCES | NEED_USERS },
	{ SLOT(inode_private), "inode", "i_private", FOR_REFERENCES },
	{ SLOT(cgroup_ns_common), "cgroup_namespace", "ns", FOR_REFERENCES },
	{ SLOT(net_common), "net", "ns", FOR_TASKS },
	{ SLOT(dentry_inode), "dentry", "d_inode", FOR_REFERENCES },
	{ SLOT(vfsmount_sb), "vfsmount", "mnt_sb", FOR_REFERENCES },
	{ SLOT(seq_private), "seq_file", "private", FOR_REFERENCES },
	{ SLOT(kernfs_open_priv), "kernfs_open_file", "priv", FOR_REFERENCES },
	/* One of the bits of its byte. */
	{ SLOT(kernfs_open_released), "kernfs_open_file", "released", FOR_REFERENCES },
	{ SLOT(cgroup_file_ns), "cgroup_file_ctx", "ns", FOR_REFERENCES },	/* 5.16, e57457641613 */
	{ SLOT(sock_receive_queue), "sock", "sk_receive_queue", FOR_REFERENCES },
	{ SLOT(sock_family), "sock_common", "skc_family", FOR_REFERENCES },
	{ SLOT(skb_cb), "sk_buff", "cb", FOR_REFERENCES },
	{ SLOT(skb_sk), "sk_buff", "sk", FOR_REFERENCES },
	{ SLOT(unix_cb_fp), "unix_skb_parms", "fp", FOR_REFERENCES },
	{ SLOT(fp_list_count), "scm_fp_list", "count", FOR_REFERENCES },
	{ SLOT(fp_list_files), "scm_fp_list", "fp", FOR_REFERENCES },
	{ SLOT(ring_file_table), "io_ring_ctx", "file_table", FOR_REFERENCES },	/* 5.13 */
	{ SLOT(ring_nr_files), "io_ring_ctx", "nr_user_files", FOR_REFERENCES },
	{ SLOT(file_table_files), "io_file_table", "files", FOR_REFERENCES },
	{ SLOT(file_table_data), "io_file_table", "data", FOR_REFERENCES },	/* 6.13 */
	{ SLOT(rsrc_data_nr), "io_rsrc_data", "nr", FOR_REFERENCES },
	{ SLOT(rsrc_data_nodes), "io_rsrc_data", "nodes", FOR_REFERENCES },
	{ SLOT(rsrc_node_file), "io_rsrc_node", "file_ptr", FOR_REFERENCES },
	{ SLOT(socket_sk), "socket", "sk", FOR_REFERENCES },
	{ SLOT(socket_file), "socket", "file", FOR_TASKS },
	{ SLOT(sock_memcg), "sock", "sk_memcg", FOR_REFERENCES },
	{ SLOT(sock_net), "sock_common", "skc_net", FOR_TASKS },
	{ SLOT(sock_prot), "sock_common", "skc_prot", FOR_REFERENCES },
	{ SLOT(sock_refcnt), "sock_common", "skc_refcnt", FOR_REFERENCES },
	{ SLOT(sock_state), "sock_common", "skc_state", FOR_REFERENCES },
	{ SLOT(sock_wmem_alloc), "sock", "sk_wmem_alloc", FOR_REFERENCES },
	{ SLOT(sock_socket), "sock", "sk_socket", FOR_REFERENCES },
	{ SLOT(proto_node), "proto", "node", FOR_REFERENCES },
	{ SLOT(proto_slab), "proto", "slab", FOR_REFERENCES },
	{ SLOT(proto_name), "proto", "name", FOR_REFERENCES },
	{ SLOT(proto_obj_size), "proto", "obj_size", FOR_REFERENCES },
	{ SLOT(cache_list), "kmem_cache", "list", FOR_REFERENCES },
	{ SLOT(cache_name), "kmem_cache", "name", FOR_REFERENCES },
	{ SLOT(fsnotify_memcg), "fsnotify_group", "memcg", FOR_REFERENCES },
	{ SLOT(idr_root), "idr", "idr_rt", FOR_REFERENCES },
	{ SLOT(xa_head), "xarray", "xa_head", FOR_REFERENCES },			/* 4.20 */
	{ SLOT(xa_node_shift), "xa_node", "shift", FOR_REFERENCES },
	{ SLOT(xa_node_parent), "xa_node", "parent", FOR_REFERENCES },
	{ SLOT(xa_node_slots), "xa_node", "slots", FOR_REFERENCES },
	{ SLOT(bpf_map_memcg), "bpf_map", "memcg", FOR_REFERENCES },		/* 5.11 to 5.19 */
	{ SLOT(bpf_map_id), "bpf_map", "id", FOR_REFERENCES },
	{ SLOT(bpf_map_name), "bpf_map", "name", FOR_REFERENCES },

	{ SLOT(memcg_vmstats), "mem_cgroup", "vmstats", FOR_COSTS },
	{ SLOT(memcg_vmstats_percpu), "mem_cgroup", "vmstats_percpu", NEED_COSTS },	/* 5.2 */
	{ SLOT(memcg_vmstats_percpu), "mem_cgroup", "stat_cpu", NEED_COSTS },
	{ SLOT(memcg_vmstats_local), "mem_cgroup", "vmstats_local", FOR_COSTS },	/* until 5.12 */
	{ SLOT(memcg_events_percpu), "mem_cgroup", "events_percpu", FOR_COSTS },	/* 6.11 */
	{ SLOT(memcg_orig_objcg), "mem_cgroup", "orig_objcg", FOR_COSTS },	/* 6.7 to 7.0 */
	{ SLOT(domain_completions), "wb_domain", "completions", FOR_COSTS },
	{ SLOT(fprop_events), "fprop_global", "events", FOR_COSTS },
	{ SLOT(counter_counters), "percpu_counter", "counters", FOR_COSTS },
	{ SLOT(pn_stats), "mem_cgroup_per_node", "lruvec_stats", FOR_COSTS },	/* 5.15 */
	{ SLOT(pn_stats_percpu), "mem_cgroup_per_node", "lruvec_stats_percpu", NEED_COSTS },
	{ SLOT(pn_stats_percpu), "mem_cgroup_per_node", "lruvec_stat_cpu", NEED_COSTS },
	{ SLOT(pn_stats_local), "mem_cgroup_per_node", "lruvec_stat_local", FOR_COSTS },
	{ SLOT(pn_shrinker_info), "mem_cgroup_per_node", "shrinker_info", FOR_COSTS },	/* 5.13 */
	{ SLOT(pn_shrinker_info), "mem_cgroup_per_node", "shrinker_map", FOR_COSTS },
	{ SLOT(shrinker_map_nr_max), "shrinker_info", "map_nr_max", FOR_COSTS },	/* 6.4 */
	{ SLOT(objcg_refcnt), "obj_cgroup", "refcnt", FOR_COSTS },
	{ SLOT(cgroup_level), "cgroup", "level", NEED_COSTS },
	{ SLOT(cgroup_root_ancestor), "cgroup", "_root_ancestor", FOR_COSTS },	/* 7.0 */
	{ SLOT(cgroup_rstat), "cgroup", "rstat_cpu", FOR_COSTS },		/* until 6.15 */
	{ SLOT(css_rstat), "cgroup_subsys_state", "rstat_cpu", FOR_COSTS },
	{ SLOT(cgroup_rstat_base), "cgroup", "rstat_base_cpu", FOR_COSTS },	/* 6.16 */
	{ SLOT(cache_object_size), "kmem_cache", "object_size", NEED_COSTS | FOR_REFERENCES },

	{ SLOT(task_mm), "task_struct", "mm", FOR_REFERENCES | NEED_USERS | FOR_TASKS },
	{ SLOT(mm_pgd), "mm_struct", "pgd", FOR_REFERENCES | FOR_TASKS },
	{ SLOT(mm_pgtables_bytes), "mm_struct", "pgtables_bytes", FOR_TASKS },	/* 4.15 */
	{ SLOT(file_mapping), "file", "f_mapping", NEED_USERS | FOR_TASKS },
	{ SLOT(file_mode), "file", "f_mode", FOR_REFERENCES | NEED_USERS },
	{ SLOT(mapping_i_mmap), "address_space", "i_mmap", NEED_USERS | FOR_TASKS },
	/* Its rb stands at its start. */
	{ SLOT(vma_shared), "vm_area_struct", "shared", NEED_USERS | FOR_TASKS },
	{ SLOT(vma_mm), "vm_area_struct", "vm_mm", NEED_USERS | FOR_TASKS },
	{ SLOT(vma_flags), "vm_area_struct", "vm_flags", NEED_USERS },
	{ SLOT(vma_start), "vm_area_struct", "vm_start", FOR_TASKS },
	{ SLOT(vma_end), "vm_area_struct", "vm_end", FOR_TASKS },
	{ SLOT(vma_pgoff), "vm_area_struct", "vm_pgoff", FOR_TASKS },
	{ SLOT(anon_vma_root), "anon_vma", "rb_root", FOR_TASKS },
	{ SLOT(anon_chain_rb), "anon_vma_chain", "rb", FOR_TASKS },
	{ SLOT(anon_chain_vma), "anon_vma_chain", "vma", FOR_TASKS },
};

const struct value_row symbol_rows[] = {
	{ SLOT(memory_cgrp_subsys), "memory_cgrp_subsys", NEED_MEMCGS },
	{ SLOT(root_mem_cgroup), "root_mem_cgroup", NEED_MEMCGS },
	{ SLOT(timekeeper_data), "timekeeper_data", 0 },		/* 6.17 */
	{ SLOT(timekeeper_data), "tk_core", 0 },
	{ SLOT(lru_batches), "cpu_fbatches", FOR_BATCHES },
	{ SLOT(lru_batches), "lru_pvecs", FOR_BATCHES },
	{ SLOT(lru_rotate), "lru_rotate", FOR_BATCHES },
	{ SLOT(jiffies_64), "jiffies_64", 0 },
	{ SLOT(tick_nsec), "tick_nsec", 0 },				/* until 6.12 */
	{ SLOT(runqueues), "runqueues", 0 },
	{ SLOT(cgrp_dfl_root), "cgrp_dfl_root", 0 },
	{ SLOT(memory_enabled_key), "memory_cgrp_subsys_enabled_key", 0 },
	{ SLOT(kernfs_node_cache), "kernfs_node_cache", NEED_SLAB | NEED_COSTS },
	{ SLOT(nr_node_ids), "nr_node_ids", 0 },
	{ SLOT(init_task), "init_task", NEED_FILES | NEED_REFERENCES | NEED_USERS },
	{ SLOT(bdi_list), "bdi_list", FOR_REFERENCES },
	{ SLOT(offline_cgwbs), "offline_cgwbs", FOR_REFERENCES },
	{ SLOT(super_blocks), "super_blocks", FOR_REFERENCES },
	{ SLOT(swap_info), "swap_info", FOR_REFERENCES },
	{ SLOT(memcg_stock), "memcg_stock", FOR_REFERENCES },
	{ SLOT(socket_file_ops), "socket_file_ops", FOR_REFERENCES },
	{ SLOT(inotify_fops), "inotify_fops", FOR_REFERENCES },
	{ SLOT(fanotify_fops), "fanotify_fops", FOR_REFERENCES },
	{ SLOT(io_uring_fops), "io_uring_fops", FOR_REFERENCES },
	{ SLOT(ns_file_operations), "ns_file_operations", FOR_REFERENCES },
	{ SLOT(kernfs_file_fops), "kernfs_file_fops", FOR_REFERENCES },
	{ SLOT(nsfs_mnt), "nsfs_mnt", FOR_REFERENCES },
	{ SLOT(proto_list), "proto_list", FOR_REFERENCES },
	{ SLOT(slab_caches), "slab_caches", FOR_REFERENCES },
	{ SLOT(map_idr), "map_idr", FOR_REFERENCES },

	{ SLOT(kmalloc_caches), "kmalloc_caches", NEED_COSTS },
	{ SLOT(memcg_cache), "memcg_cachep", FOR_COSTS },		/* 6.16 */
	{ SLOT(pn_cache), "memcg_pn_cachep", FOR_COSTS },
	{ SLOT(iattr_cache), "kernfs_iattrs_cache", FOR_COSTS },	/* 5.1 */
	{ SLOT(shrinker_nr_max), "shrinker_nr_max", FOR_COSTS },	/* 5.13 */
	{ SLOT(shrinker_map_size), "memcg_shrinker_map_size", FOR_COSTS },
	{ SLOT(possible_cpus), "__cpu_possible_mask", NEED_COSTS },
	{ SLOT(percpu_populated), "pcpu_nr_populated", FOR_COSTS },	/* 4.20 */
	{ SLOT(percpu_units), "pcpu_nr_units", FOR_COSTS },
};

const struct value_row size_rows[] = {
	{ SLOT(page_size_bytes), "page", 0 },
	{ SLOT(free_area_bytes), "free_area", 0 },
	{ SLOT(memcg_bytes), "mem_cgroup", NEED_COSTS },
	{ SLOT(vmstats_bytes), "memcg_vmstats", FOR_COSTS },
	{ SLOT(vmstats_percpu_bytes), "memcg_vmstats_percpu", NEED_COSTS },	/* 5.2 */
	{ SLOT(vmstats_percpu_bytes), "mem_cgroup_stat_cpu", NEED_COSTS },
	{ SLOT(events_percpu_bytes), "memcg1_events_percpu", FOR_COSTS },
	{ SLOT(pn_bytes), "mem_cgroup_per_node", NEED_COSTS },
	{ SLOT(pn_stats_bytes), "lruvec_stats", FOR_COSTS },
	{ SLOT(pn_stats_percpu_bytes), "lruvec_stats_percpu", NEED_COSTS },	/* 5.15 */
	{ SLOT(pn_stats_percpu_bytes), "batched_lruvec_stat", NEED_COSTS },	/* 5.12 */
	{ SLOT(pn_stats_percpu_bytes), "lruvec_stat", NEED_COSTS },
	{ SLOT(pn_stats_local_bytes), "lruvec_stat", FOR_COSTS },
	{ SLOT(shrinker_info_bytes), "shrinker_info", FOR_COSTS },	/* 5.13 */
	{ SLOT(shrinker_info_bytes), "memcg_shrinker_map", FOR_COSTS },
	{ SLOT(shrinker_unit_bytes), "shrinker_info_unit", FOR_COSTS },	/* 6.7 */
	{ SLOT(objcg_bytes), "obj_cgroup", FOR_COSTS },
	{ SLOT(ref_data_bytes), "percpu_ref_data", FOR_COSTS },		/* 5.10 */
	{ SLOT(cgroup_bytes), "cgroup", NEED_COSTS },
	{ SLOT(rstat_bytes), "cgroup_rstat_cpu", FOR_COSTS },
	{ SLOT(css_rstat_bytes), "css_rstat_cpu", FOR_COSTS },
	{ SLOT(rstat_base_bytes), "cgroup_rstat_base_cpu", FOR_COSTS },
	{ SLOT(psi_bytes), "psi_group", FOR_COSTS },
	{ SLOT(psi_percpu_bytes), "psi_group_cpu", FOR_COSTS },
	{ SLOT(kn_bytes), "kernfs_node", NEED_COSTS },
	{ SLOT(iattr_bytes), "kernfs_iattrs", FOR_COSTS },
	{ SLOT(cpumask_bytes), "cpumask", NEED_COSTS },
};

const struct value_row enumerator_rows[] = {
	{ SLOT(pg_dirty), "PG_dirty", 0 },
	{ SLOT(pg_writeback), "PG_writeback", 0 },
	{ SLOT(pg_swapbacked), "PG_swapbacked", NEED_LRU },
	{ SLOT(pg_swapcache), "PG_swapcache", 0 },
	{ SLOT(pg_mlocked), "PG_mlocked", 0 },
	{ SLOT(pg_head), "PG_head", NEED_LRU },
	{ SLOT(pg_private), "PG_private", 0 },
	{ SLOT(pg_private_2), "PG_private_2", 0 },
	{ SLOT(pg_lru), "PG_lru", 0 },
	{ SLOT(pgty_slab), "PGTY_slab", 0 },
	{ SLOT(pg_slab), "PG_slab", 0 },
};

/* kernel/vmcore_info.c: page types, each as a word of page_type that has it; and of an architecture. */
const struct value_row number_rows[] = {
	{ SLOT(levels_5), "pgtable_l5_enabled", 0 },
	{ SLOT(arm_t1sz), "TCR_EL1_T1SZ", 0 },				/* 5.9, bbdbc11804ff */
	{ SLOT(arm_t1sz), "tcr_el1_t1sz", 0 },				/* where it was taken before that */
	{ SLOT(buddy_number), "PAGE_BUDDY_MAPCOUNT_VALUE", 0 },
	{ SLOT(hugetlb_number), "PAGE_HUGETLB_MAPCOUNT_VALUE", 0 },	/* 6.9, 6.6.30 */
	{ SLOT(slab_number), "PAGE_SLAB_MAPCOUNT_VALUE", 0 },		/* 6.10, 46df8e73a4a3 */
};

const size_t member_row_count = ROWS(member_rows);
const size_t symbol_row_count = ROWS(symbol_rows);
const size_t enumerator_row_count = ROWS(enumerator_rows);
const size_t size_row_count = ROWS(size_rows);
const size_t number_row_count = ROWS(number_rows);
