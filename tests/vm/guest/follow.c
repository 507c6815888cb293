// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zmemcg -s advises, done: zm.follow=drop_caches or swapoff. Behind the truth, which tells of the time before.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "zm.h"

static void drop_caches(void)
{
	sync();
	write_text("/proc/sys/vm/drop_caches", "3");
}

/* Each line but the first begins with a device. */
static void swap_off(void)
{
	char *swaps = strdup(read_text("/proc/swaps"));

	strtok(swaps, "\n");
	for (char *line; (line = strtok(NULL, "\n"));) {
		line[strcspn(line, " \t")] = '\0';
		if (swapoff(line))
			die("swapoff %s", line);
	}
	free(swaps);
}

void follow_advice(void)
{
	const char *advice = option("follow", NULL);

	if (!advice)
		return;
	if (!strcmp(advice, "drop_caches"))
		drop_caches();
	else if (!strcmp(advice, "swapoff"))
		swap_off();
	else
		die("no advice %s", advice);
	sleep(2);	/* the kernel frees them by work queues, behind a grace period */
}
