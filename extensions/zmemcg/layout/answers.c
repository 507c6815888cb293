// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool remember(struct answers *answers, struct answer answer)
{
	if (answers->count < ANSWERS_ROOM)
		answers->list[answers->count++] = answer;
	return answer.found;
}

static bool ask_member(void *from, const char *type, const char *name, struct member *found)
{
	struct answers *answers = from;
	struct answer answer = { .kind = ANSWER_MEMBER, .type = type, .name = name };

	answer.found = answers->source->member(answers->source->from, type, name, found);
	if (answer.found) {
		answer.value = found->offset;
		answer.size = found->size;
	}
	return remember(answers, answer);
}

static bool ask_size(void *from, const char *type, long *bytes)
{
	struct answers *answers = from;
	struct answer answer = { .kind = ANSWER_SIZE, .name = type };

	answer.found = answers->source->size(answers->source->from, type, bytes);
	answer.value = *bytes;
	return remember(answers, answer);
}

static bool ask_symbol(void *from, const char *name, kaddr_t *value)
{
	struct answers *answers = from;
	struct answer answer = { .kind = ANSWER_SYMBOL, .name = name };

	answer.found = answers->source->symbol(answers->source->from, name, value);
	answer.value = (int64_t)*value;
	return remember(answers, answer);
}

static bool ask_enumerator(void *from, const char *name, long *value)
{
	struct answers *answers = from;
	struct answer answer = { .kind = ANSWER_ENUMERATOR, .name = name };

	answer.found = answers->source->enumerator(answers->source->from, name, value);
	answer.value = *value;
	return remember(answers, answer);
}

static bool ask_number(void *from, const char *name, long *value)
{
	struct answers *answers = from;
	struct answer answer = { .kind = ANSWER_NUMBER, .name = name };

	answer.found = answers->source->number(answers->source->from, name, value);
	if (answer.found)
		answer.value = *value;
	return remember(answers, answer);
}

struct layout_lookup answers_recorder(struct answers *answers,
				      const struct layout_lookup *source)
{
	answers->source = source;
	return (struct layout_lookup){
		.from = answers,
		.member = ask_member,
		.size = ask_size,
		.symbol = ask_symbol,
		.enumerator = ask_enumerator,
		.number = ask_number,
	};
}

static bool is_same(const struct answer *a, const struct answer *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name) &&
	       (a->kind != ANSWER_MEMBER || !strcmp(a->type, b->type));
}

static bool was_asked_before(const struct answers *answers, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		if (is_same(&answers->list[i], &answers->list[number]))
			return true;
	}
	return false;
}

static void write_key(const struct answer *answer, char *key)
{
	static const char *const words[] = {
		[ANSWER_SIZE] = "sizeof",
		[ANSWER_SYMBOL] = "symbol",
		[ANSWER_ENUMERATOR] = "enum",
		[ANSWER_NUMBER] = "number",
	};

	if (answer->kind == ANSWER_MEMBER)
		snprintf(key, ANSWER_ROOM, "%s.%s", answer->type, answer->name);
	else
		snprintf(key, ANSWER_ROOM, "%s %s", words[answer->kind], answer->name);
}

static void write_value(const struct answer *answer, char *value)
{
	if (!answer->found)
		snprintf(value, ANSWER_ROOM, "absent");
	else if (answer->kind == ANSWER_MEMBER)
		snprintf(value, ANSWER_ROOM, "%" PRId64 " %d", answer->value, answer->size);
	else if (answer->kind == ANSWER_SYMBOL)
		snprintf(value, ANSWER_ROOM, "0x%" PRIx64, (uint64_t)answer->value);
	else
		snprintf(value, ANSWER_ROOM, "%" PRId64, answer->value);
}

bool answers_line(const struct answers *answers, size_t number, char key[ANSWER_ROOM],
		  char value[ANSWER_ROOM])
{
	if (was_asked_before(answers, number))
		return false;
	write_key(&answers->list[number], key);
	write_value(&answers->list[number], value);
	return true;
}
