// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "zmemcg/layout_rows.h"

static bool is_same(const struct answer *a, const struct answer *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name) &&
	       (a->kind != ANSWER_MEMBER || !strcmp(a->type, b->type));
}

static const struct answer *find(const struct answers *answers, const struct answer *name)
{
	for (size_t i = 0; i < answers->count; i++) {
		if (is_same(&answers->list[i], name))
			return &answers->list[i];
	}
	return NULL;
}

/* Asked again, what is absent is absent. */
static bool remember(struct answers *answers, struct answer answer)
{
	if (answers->count < ANSWERS_ROOM && !find(answers, &answer))
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

size_t answers_lines(void)
{
	return member_row_count + symbol_row_count + size_row_count + enumerator_row_count +
	       number_row_count;
}

static struct answer name_of(size_t number)
{
	const struct { enum answer_kind kind; const struct value_row *rows; size_t count; } tables[] = {
		{ ANSWER_SYMBOL, symbol_rows, symbol_row_count },
		{ ANSWER_SIZE, size_rows, size_row_count },
		{ ANSWER_ENUMERATOR, enumerator_rows, enumerator_row_count },
		{ ANSWER_NUMBER, number_rows, number_row_count },
	};
	size_t table = 0;

	if (number < member_row_count)
		return (struct answer){ .kind = ANSWER_MEMBER, .type = member_rows[number].type,
					.name = member_rows[number].member };
	for (number -= member_row_count; number >= tables[table].count; table++)
		number -= tables[table].count;
	return (struct answer){ .kind = tables[table].kind, .name = tables[table].rows[number].name };
}

static bool is_of_an_earlier_row(size_t number)
{
	const struct answer name = name_of(number);

	for (size_t i = 0; i < number; i++) {
		const struct answer earlier = name_of(i);

		if (is_same(&earlier, &name))
			return true;
	}
	return false;
}

bool answers_line(const struct answers *answers, size_t number, char key[ANSWER_ROOM],
		  char value[ANSWER_ROOM])
{
	const struct answer name = name_of(number), *answer = find(answers, &name);

	if (!answer || is_of_an_earlier_row(number))
		return false;
	write_key(answer, key);
	write_value(answer, value);
	return true;
}
