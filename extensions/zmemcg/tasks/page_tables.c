// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/page_tables.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/memmap.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* arch/x86/include/asm/pgtable_types.h 6.1 */
#define X86_PRESENT	0x001
#define X86_TABLE	0x003	/* _PAGE_TABLE: without _PAGE_PSE */
#define X86_PSE		0x080
#define X86_PROTNONE	0x100	/* _PAGE_GLOBAL of one that is not present */
#define X86_ADDRESS	0x00007ffffffff000ull	/* memory encryption has bits above */
#define X86_LARGEST	2	/* level of a page of 1 GB */

/* arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h 6.1 */
#define ARM_TYPE	3	/* PTE_TYPE_MASK: valid, and no block */
#define ARM_PAGE	3	/* or a table, on an upper level */
#define ARM_BLOCK	1
#define ARM_INVALID_PAGE 2	/* PTE_VALID is gone: what was swapped out has neither bit */
#define ARM_AF		(1ull << 10)
/* PTE_PROT_NONE, PMD_PRESENT_INVALID; both PTE_PRESENT_INVALID since 6.10 */
#define ARM_PROT_NONE	(3ull << 58 | 1ull << 11)
#define ARM_ADDRESS	0x0003fffffffff000ull	/* PTE_ADDR_LOW with LPA2 */
#define ARM_ADDRESS_HIGH (3ull << 48)

/* What a machine makes of an entry. */
struct entry_words {
	/* Physical addresses: of the table that it refers to, or 0; of the page. */
	uint64_t (*table)(const struct page_tables *tables, uint64_t entry);
	uint64_t (*address)(const struct page_tables *tables, uint64_t entry);
	bool (*maps)(uint64_t entry, int level);
};

struct page_tables {
	const struct entry_words *words;	/* NULL: another machine */
	int levels;
	int address_bits;			/* of a process */
	int page_shift, index_bits;		/* of an address: within a page, within a table */
	size_t user_bytes;

	/* What was looked at last. */
	kaddr_t mm, pgd;
	struct mapped last;
	uint64_t last_at, last_first;		/* asked for; the first that the answer is about */
	uint64_t leaf_first, leaf_end;		/* of the lowest table that was read; 0, 0: none */
	uint64_t *leaf;
};

static uint64_t x86_table(const struct page_tables *tables, uint64_t entry)
{
	(void)tables;
	return (entry & (X86_TABLE | X86_PSE)) == X86_TABLE ? entry & X86_ADDRESS : 0;
}

/* pmd_present(): while a huge page is split, its entry has _PAGE_PSE alone. */
static bool x86_maps(uint64_t entry, int level)
{
	if (!level)
		return entry & (X86_PRESENT | X86_PROTNONE);
	return level <= X86_LARGEST && entry & X86_PSE;
}

/* arch/x86/include/asm/pgtable-invert.h: what is not present may not look like memory's address. */
static uint64_t x86_address(const struct page_tables *tables, uint64_t entry)
{
	(void)tables;
	return (entry & X86_PRESENT ? entry : ~entry) & X86_ADDRESS;
}

static const struct entry_words x86_words = { x86_table, x86_address, x86_maps };

/*
 * Bits 48 to 51 of an address (pgtable-hwdef.h PTE_ADDR_HIGH, __pte_to_phys()): with pages of
 * 64 KB in bits 12 to 15; with smaller ones, where a process has 52 bits of addresses (LPA2, 6.9),
 * the upper two in bits 8 and 9.
 */
static uint64_t arm_address(const struct page_tables *tables, uint64_t entry)
{
	const uint64_t low = entry & ARM_ADDRESS & -(1ull << tables->page_shift);

	if (tables->page_shift == 16)
		return (low & ~ARM_ADDRESS_HIGH) | (entry >> 12 & 0xf) << 48;
	return tables->address_bits > 48 ? low | (entry >> 8 & 3) << 50 : low & ~ARM_ADDRESS_HIGH;
}

static uint64_t arm_table(const struct page_tables *tables, uint64_t entry)
{
	return (entry & ARM_TYPE) == ARM_PAGE ? arm_address(tables, entry) : 0;
}

/* A block that may not be used has no bit of the type left. */
static bool arm_maps(uint64_t entry, int level)
{
	const int type = entry & ARM_TYPE;

	if (!level)
		return type == ARM_PAGE || type == ARM_INVALID_PAGE;
	return type == ARM_BLOCK || (!type && entry & ARM_AF && entry & ARM_PROT_NONE);
}

static const struct entry_words arm_words = { arm_table, arm_address, arm_maps };

static void know_x86(const struct layout *l, struct page_tables *tables)
{
	tables->words = &x86_words;
	tables->levels = l->levels_5 ? 5 : 4;
	tables->user_bytes = memmap_page_bytes() / 2;
}

/*
 * pgtable-hwdef.h ARM64_HW_PGTABLE_LEVELS(). Where the processor has fewer bits of addresses than
 * the kernel was made for, it has fewer levels, too (6.9 pgtable_l4_enabled(),
 * pgtable_l5_enabled()): so those count that it was told (vabits_actual).
 */
static void know_arm(const struct layout *l, struct page_tables *tables)
{
	tables->words = &arm_words;
	tables->user_bytes = memmap_page_bytes();
	if (l->arm_t1sz <= 0 || l->arm_t1sz >= 64)
		return;
	tables->address_bits = 64 - (int)l->arm_t1sz;
	tables->levels = (tables->address_bits - 4) / tables->index_bits;
}

struct page_tables *page_tables_new(struct run *run)
{
	struct page_tables *tables = arena_alloc(&run->arena, sizeof(*tables));

	tables->page_shift = __builtin_ctzll(memmap_page_bytes());
	tables->index_bits = tables->page_shift - 3;
	tables->leaf = arena_alloc(&run->arena, memmap_page_bytes());
	if (!strcmp(session_machine(), "x86_64"))
		know_x86(run->layout, tables);
	else if (!strcmp(session_machine(), "aarch64"))
		know_arm(run->layout, tables);
	return tables;
}

int page_tables_levels(const struct page_tables *tables)
{
	return tables->levels;
}

size_t page_tables_user_bytes(const struct page_tables *tables)
{
	return tables->user_bytes;
}

kaddr_t page_tables_below(const struct page_tables *tables, uint64_t entry)
{
	const uint64_t address = tables->words ? tables->words->table(tables, entry) : 0;

	return address ? memmap_pfn_to_virt(address >> tables->page_shift) : 0;
}

static int shift_of(const struct page_tables *tables, int level)
{
	return tables->page_shift + level * tables->index_bits;
}

static uint64_t index_of(const struct page_tables *tables, uint64_t addr, int level)
{
	return addr >> shift_of(tables, level) & ((1ull << tables->index_bits) - 1);
}

static bool read_leaf(struct run *run, struct page_tables *tables, kaddr_t table,
		      uint64_t addr)
{
	const uint64_t bytes = 1ull << shift_of(tables, 1);

	tables->leaf_first = tables->leaf_end = 0;
	if (!read_bytes(run, table, tables->leaf, memmap_page_bytes()))
		return false;
	tables->leaf_first = addr & -bytes;
	tables->leaf_end = tables->leaf_first + bytes;
	return true;
}

/* What an entry says that refers to no other table: about all addresses that it stands for. */
static struct mapped meaning_of(struct page_tables *tables, uint64_t entry, uint64_t addr,
				int level)
{
	const uint64_t bytes = 1ull << shift_of(tables, level);
	const uint64_t first = addr & -bytes;
	struct mapped mapped = { .what = MAPPED_NOTHING, .end = first + bytes };

	tables->last_first = first;
	if (!entry || !tables->words->maps(entry, level))
		return mapped;
	mapped.what = MAPPED_PAGES;
	mapped.pfn = ((tables->words->address(tables, entry) & -bytes) + addr - first) >>
		     tables->page_shift;
	return mapped;
}

static struct mapped not_known(struct page_tables *tables, uint64_t addr, int level)
{
	const uint64_t bytes = 1ull << shift_of(tables, level);

	tables->last_first = addr & -bytes;
	return (struct mapped){ .what = MAPPED_UNKNOWN, .end = tables->last_first + bytes };
}

static struct mapped in_leaf(struct page_tables *tables, uint64_t addr)
{
	return meaning_of(tables, tables->leaf[index_of(tables, addr, 0)], addr, 0);
}

static struct mapped walk(struct run *run, struct page_tables *tables, uint64_t addr)
{
	kaddr_t table = tables->pgd;
	uint64_t entry;

	if (!table) {
		tables->last_first = 0;
		return (struct mapped){ .what = MAPPED_UNKNOWN, .end = UINT64_MAX };
	}
	for (int level = tables->levels - 1; level; level--) {
		const kaddr_t at = table + index_of(tables, addr, level) * sizeof(entry);

		if (!read_pointer(run, at, &entry))
			return not_known(tables, addr, level);
		table = page_tables_below(tables, entry);
		if (!table)
			return meaning_of(tables, entry, addr, level);
	}
	return read_leaf(run, tables, table, addr) ? in_leaf(tables, addr) :
						     not_known(tables, addr, 1);
}

static void turn_to(struct run *run, struct page_tables *tables, kaddr_t mm)
{
	tables->mm = mm;
	tables->last.end = tables->leaf_first = tables->leaf_end = 0;
	if (!tables->levels || !read_member(run, mm, run->layout->mm_pgd, &tables->pgd))
		tables->pgd = 0;
}

/* Of the same entry as the last. */
static struct mapped as_last(struct page_tables *tables, uint64_t addr)
{
	struct mapped mapped = tables->last;

	mapped.pfn += (addr - tables->last_at) >> tables->page_shift;
	return mapped;
}

struct mapped page_tables_look_up(struct run *run, struct page_tables *tables, kaddr_t mm,
				  uint64_t addr)
{
	if (mm != tables->mm)
		turn_to(run, tables, mm);
	if (addr >= tables->last_first && addr < tables->last.end)
		return as_last(tables, addr);
	tables->last = addr >= tables->leaf_first && addr < tables->leaf_end ? in_leaf(tables, addr) :
									    walk(run, tables, addr);
	tables->last_at = addr;
	return tables->last;
}
