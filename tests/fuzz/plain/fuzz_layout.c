// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any kernel: an answer to each question is taken from the input, or absent. What follows has
 * to be printed, and asked for again.
 */
#include "plain.h"
#include "zmemcg/answers.h"
#include "zmemcg/layout.h"
#include "zmemcg/regime.h"

struct input {
	const uint8_t *data;
	size_t size, at;
};

static bool next(struct input *input, int64_t *value)
{
	const size_t rest = input->size - input->at;
	const size_t len = rest < sizeof(*value) ? rest : sizeof(*value);

	*value = 0;
	if (!len || input->data[input->at] & 1) {
		input->at += len ? 1 : 0;
		return false;
	}
	memcpy(value, input->data + input->at, len);
	input->at += len;
	return true;
}

static bool member(void *from, const char *type, const char *name, struct member *found)
{
	int64_t value;

	(void)type;
	(void)name;
	if (!next(from, &value))
		return false;
	*found = (struct member){ true, (int)(value >> 32), (int)value };
	return true;
}

static bool number(void *from, const char *name, long *found)
{
	int64_t value;

	(void)name;
	if (!next(from, &value))
		return false;
	*found = value;
	return true;
}

static bool symbol(void *from, const char *name, kaddr_t *found)
{
	int64_t value;

	(void)name;
	if (!next(from, &value))
		return false;
	*found = value;
	return true;
}

static void demand_words(const struct layout *layout, const struct answers *answers)
{
	char key[ANSWER_ROOM], value[ANSWER_ROOM];

	for (size_t i = 0; i < regime_fact_count; i++)
		demand(*regime_facts[i].value(layout));
	for (size_t i = 0; i < answers_lines(); i++) {
		if (answers_line(answers, i, key, value))
			demand(*key && *value && strlen(key) < ANSWER_ROOM && strlen(value) < ANSWER_ROOM);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct answers answers;
	struct input input = { data, size, 0 };
	const struct layout_lookup source = { &input, member, number, symbol, number, number },
				   recorder = answers_recorder(&answers, &source);
	struct layout layout;

	answers.count = 0;
	layout_resolve(&layout, &recorder);
	layout_resolve_for(&layout, &recorder, NEED_EVERYTHING);
	demand(answers.count < ANSWERS_ROOM);
	for (unsigned int needs = 0; needs < 2 * FOR_REFERENCES; needs++) {
		const char *lacking = layout_lacks(&layout, needs);

		demand(!lacking || *lacking);
	}
	demand_words(&layout, &answers);
	return 0;
}
