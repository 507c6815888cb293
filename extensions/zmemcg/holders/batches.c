// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/batches.h"

#include "zmemcg/access.h"
#include "zmemcg/map.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* include/linux/pagevec.h: 15 folios each, 31 since 6.10. The count is a byte. */
#define FOLIOS_LIMIT	255

struct batches {
	struct map counts;	/* struct count, by the head page */
};

struct count {
	uint64_t batches;
};

static void note(struct run *run, struct batches *batches, kaddr_t page)
{
	struct count *count = map_get(&batches->counts, page);

	if (!count) {
		count = arena_alloc(&run->arena, sizeof(*count));
		map_put(&batches->counts, page, count);
	}
	count->batches++;
}

/* What is behind the count was there before. */
static void read_batch(struct run *run, struct batches *batches, kaddr_t batch)
{
	const struct layout *l = run->layout;
	const uint64_t room = l->batch_folios.size / (int)sizeof(long);
	uint64_t count;
	kaddr_t page;

	if (!read_member(run, batch, l->batch_nr, &count))
		return;
	if (count > room || count > FOLIOS_LIMIT) {
		run->counts.cut++;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		if (read_pointer(run, batch + l->batch_folios.offset + i * sizeof(long), &page))
			note(run, batches, page);
	}
}

static void read_batches_of(struct run *run, struct batches *batches, int cpu)
{
	const struct layout *l = run->layout;
	const struct {
		kaddr_t symbol;
		struct member batch;
	} all[] = {
		{ l->lru_batches, l->batches_add },
		{ l->lru_batches, l->batches_deactivate_file },
		{ l->lru_batches, l->batches_deactivate },
		{ l->lru_batches, l->batches_lazyfree },
		{ l->lru_batches, l->batches_activate },
		{ l->lru_batches, l->batches_move_tail },
		{ l->lru_rotate, l->rotate_batch },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const kaddr_t copy = all[i].symbol ? session_percpu(all[i].symbol, cpu) : 0;

		if (copy && all[i].batch.known)
			read_batch(run, batches, copy + all[i].batch.offset);
	}
}

static struct batches *read_batches(struct run *run)
{
	struct batches *batches = arena_alloc(&run->arena, sizeof(*batches));

	map_init(&batches->counts, &run->arena);
	for (int cpu = 0; run->layout->batch_folios.known && cpu < session_cpus(); cpu++)
		read_batches_of(run, batches, cpu);
	return batches;
}

uint64_t batches_with(struct run *run, kaddr_t page)
{
	const struct count *count;

	if (!run->batches)
		run->batches = read_batches(run);
	count = map_get(&run->batches->counts, page);
	return count ? count->batches : 0;
}
