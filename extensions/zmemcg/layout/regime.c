// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/regime.h"

const char *regime_of_pages(const struct layout *layout)
{
	if (layout->lru_folios_carry_objcg)
		return "pages go to the parent when a memcg is removed: page cache holds none";
	return "pages hold the memcg that they were charged to until they are freed, page cache too";
}

static const char *memcg_of_page(const struct layout *layout)
{
	if (!layout->page_memcg.known)
		return "not known";
	if (!layout->page_memcg_data.known)
		return "page.mem_cgroup, the memcg";
	if (layout->lru_folios_carry_objcg)
		return "page.memcg_data, its obj_cgroup";
	return "page.memcg_data, the memcg or its obj_cgroup";
}

static const char *kernel_memory(const struct layout *layout)
{
	if (!layout->page_memcg.known)
		return "not known";
	return layout->kmem_pages_have_type ? "told by the page's type" :
	       "told by a bit of page.memcg_data";
}

static const char *lru(const struct layout *layout)
{
	if (!layout->lruvec_lists.known)
		return "not known";
	return layout->lruvec_lrugen.known && layout->lrugen_folios.known ?
	       "classic, and multi-generational" : "classic";
}

static const char *references_of_folio(const struct layout *layout)
{
	if (layout->lru_folios_carry_objcg)
		return "none";
	return layout->pages_refer_singly ? "one for each base page" : "one";
}

static const char *references_of_slab(const struct layout *layout)
{
	return layout->slabs_refer ? "one for each base page of a memcg's own caches" : "none";
}

static const char *references_of_stock(const struct layout *layout)
{
	if (!layout->pages_refer_singly)
		return "one";
	return "one for each page of it; whether one more for itself, nothing tells";
}

static const char *reference_count(const struct layout *layout)
{
	if (!layout->ref_data_count.known)
		return "not known";
	return layout->ref_data.known ? "percpu_ref_data.count" :
	       "percpu_ref.count, in place";
}

const struct regime_fact regime_facts[] = {
	{ "regime", regime_of_pages },
	{ "memcg of a page", memcg_of_page },
	{ "kernel memory", kernel_memory },
	{ "lists of folios", lru },
	{ "references of a folio", references_of_folio },
	{ "references of a slab", references_of_slab },
	{ "references of a stock", references_of_stock },
	{ "count of references", reference_count },
};

const size_t regime_fact_count = sizeof(regime_facts) / sizeof(regime_facts[0]);
