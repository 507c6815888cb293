// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"

enum { ZOMBIE, CHILD, MEMCGS };

/* Two memcgs in a ledger; the first is the one that the tests speak of. */
struct books {
	struct run run;
	struct memcg memcgs[MEMCGS], *all[MEMCGS];
	struct inventory inventory;
	struct ledger *ledger;
};

static void open_books(struct books *books, uint64_t refs, bool detailed)
{
	*books = (struct books){ .inventory = { .memcgs = books->all, .count = MEMCGS } };
	for (size_t i = 0; i < MEMCGS; i++) {
		books->all[i] = &books->memcgs[i];
		books->memcgs[i] = (struct memcg){ .index = i, .selected = true };
	}
	books->memcgs[ZOMBIE].refs = refs;
	books->ledger = ledger_new(&books->run, &books->inventory, detailed);
}

static void close_books(struct books *books)
{
	arena_free(&books->run.arena);
}

static void add(struct books *books, enum reference kind, uint64_t count, kaddr_t object)
{
	ledger_add(books->ledger, &books->memcgs[ZOMBIE], kind, count, object,
		   ledger_words(books->ledger, "words"));
}

static int64_t rest(const struct books *books)
{
	return ledger_rest(books->ledger, &books->memcgs[ZOMBIE]);
}

static void what_an_action_is_done_to_is_noted_once(void **state)
{
	struct books books;
	const struct targets *targets;

	(void)state;
	open_books(&books, 1, false);
	assert_null(ledger_target(books.ledger, TO_END, 0x1000));	/* nobody asked */
	ledger_target_unknown(books.ledger, TO_END, 0x2000);
	assert_false(ledger_wants_tasks(books.ledger));
	books.ledger->whole = true;
	assert_true(ledger_wants_tasks(books.ledger));
	assert_non_null(ledger_target(books.ledger, TO_END, 0x1000));
	assert_null(ledger_target(books.ledger, TO_END, 0x1000));
	assert_non_null(ledger_target(books.ledger, TO_CLOSE, 0x1000));
	ledger_target_unknown(books.ledger, TO_END, 0x2000);
	ledger_target_unknown(books.ledger, TO_END, 0x2000);
	targets = books.ledger->targets;
	assert_int_equal(targets[TO_END].count, 1);
	assert_int_equal(targets[TO_END].unknown, 1);
	assert_int_equal(targets[TO_CLOSE].count, 1);
	assert_int_equal(targets[TO_CLOSE].unknown + targets[TO_REAP].count, 0);
	close_books(&books);
}

static void what_nobody_explains_is_left(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 7, false);
	assert_int_equal(rest(&books), 7);
	add(&books, REF_FOLIO, 4, 0x1000);
	add(&books, REF_SOCK, 1, 0x2000);
	assert_int_equal(rest(&books), 2);
	assert_true(ledger_open(books.ledger));
	add(&books, REF_CSET, 2, 0x3000);
	assert_int_equal(rest(&books), 0);
	assert_false(ledger_open(books.ledger));
	close_books(&books);
}

static void what_is_explained_twice_is_below_zero(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 1, false);
	add(&books, REF_CGWB, 1, 0x1000);
	add(&books, REF_CGWB, 1, 0x1000);
	assert_int_equal(rest(&books), -1);
	assert_false(ledger_open(books.ledger));	/* no further pass makes it better */
	close_books(&books);
}

static void an_unknown_count_leaves_nothing(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, REFS_UNKNOWN, false);
	add(&books, REF_FOLIO, 3, 0x1000);
	assert_int_equal(rest(&books), 0);
	assert_false(ledger_open(books.ledger));
	close_books(&books);
}

static void each_memcg_has_its_own_rest(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 1, false);
	books.memcgs[CHILD].refs = 2;
	add(&books, REF_CHILD, 1, 0x1000);
	assert_int_equal(rest(&books), 0);
	assert_int_equal(ledger_rest(books.ledger, &books.memcgs[CHILD]), 2);
	assert_true(ledger_open(books.ledger));
	books.memcgs[CHILD].selected = false;
	assert_false(ledger_open(books.ledger));
	close_books(&books);
}

static void forgotten_pages_are_to_be_explained_again(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 6, true);
	add(&books, REF_FOLIO, 2, 0x1000);
	add(&books, REF_KMEM, 3, 0x2000);
	add(&books, REF_SOCK, 1, 0x3000);
	ledger_forget_pages(books.ledger);
	assert_int_equal(rest(&books), 5);
	assert_int_equal(books.ledger->detail_count, 1);
	assert_int_equal(books.ledger->details[0].kind, REF_SOCK);
	close_books(&books);
}

static void a_holder_that_comes_again_is_one_detail(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 5, true);
	add(&books, REF_FOLIO, 1, 0x1000);
	add(&books, REF_FOLIO, 1, 0x2000);
	add(&books, REF_FOLIO, 3, 0x1000);
	assert_int_equal(books.ledger->detail_count, 2);
	assert_int_equal(books.ledger->details[0].count, 4);
	assert_int_equal(books.ledger->details[1].count, 1);
	close_books(&books);
}

static void add_nameless(struct books *books, enum reference kind, const char *bracket)
{
	ledger_add(books->ledger, &books->memcgs[ZOMBIE], kind, 1, 0,
		   (struct name){ .bracket = bracket });
}

/* What holds it is explained, but not what all its pages are. */
static void pages_that_were_not_seen_leave_it_open_where_each_is_to_be(void **state)
{
	struct memcg *memcg;
	struct books books;

	(void)state;
	open_books(&books, 2, false);
	memcg = &books.memcgs[ZOMBIE];
	memcg->charged = 10;
	add(&books, REF_SOCK, 2, 0x1000);
	assert_false(ledger_open(books.ledger));
	books.ledger->whole = true;
	assert_true(ledger_open(books.ledger));
	memcg->found = 10;
	assert_false(ledger_open(books.ledger));
	memcg->found = 0;
	memcg->selected = false;
	assert_false(ledger_open(books.ledger));
	close_books(&books);
}

/* On 5.10 pages of the kernel's stand between those of files and anonymous ones. */
static void what_has_no_address_is_one_detail_by_its_name(void **state)
{
	static const char anon[] = "[anon]", kmem[] = "[kmem]", truncated[] = "[truncated]";
	struct books books;

	(void)state;
	open_books(&books, 6, true);
	for (int i = 0; i < 2; i++) {
		add_nameless(&books, REF_FOLIO, anon);
		add_nameless(&books, REF_KMEM, kmem);
		add_nameless(&books, REF_FOLIO, truncated);
	}
	assert_int_equal(books.ledger->detail_count, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(books.ledger->details[i].count, 2);
	assert_string_equal(books.ledger->details[2].what.bracket, truncated);
	close_books(&books);
}

/* What was found before the pages were forgotten is found again where it moved to. */
static void places_hold_after_pages_are_forgotten(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 4, true);
	add(&books, REF_FOLIO, 1, 0x1000);
	add(&books, REF_MM, 1, 0x2000);
	add(&books, REF_CGWB, 1, 0x2000);
	ledger_forget_pages(books.ledger);
	add(&books, REF_FOLIO, 1, 0x1000);
	add(&books, REF_MM, 1, 0x2000);
	assert_int_equal(books.ledger->detail_count, 3);
	assert_int_equal(books.ledger->details[0].kind, REF_MM);
	assert_int_equal(books.ledger->details[0].count, 2);
	assert_int_equal(books.ledger->details[1].count, 1);
	close_books(&books);
}

static void add_behind(struct books *books, kaddr_t holder, const char *type, kaddr_t object)
{
	ledger_add_behind(books->ledger, REF_CSET, holder, type, object,
			  ledger_words(books->ledger, "words"));
}

static void what_stands_behind_a_holder_is_no_reference(void **state)
{
	const struct behind_group *tasks, *namespaces;
	struct books books;

	(void)state;
	open_books(&books, 2, true);
	add(&books, REF_CSET, 1, 0x1000);
	add(&books, REF_CSET, 1, 0x2000);
	add_behind(&books, 0x1000, "task", 0x10);
	add_behind(&books, 0x2000, "task", 0x20);
	add_behind(&books, 0x1000, "cgroup_ns", 0x30);
	add_behind(&books, 0x1000, "task", 0x40);
	add_behind(&books, 0x5000, "task", 0x50);	/* nobody counted such a css_set */
	assert_int_equal(rest(&books), 0);
	assert_int_equal(books.ledger->detail_count, 2);
	tasks = books.ledger->details[0].behind;
	assert_string_equal(tasks->type, "task");
	assert_int_equal(tasks->count, 2);
	assert_int_equal(tasks->first->object, 0x10);
	assert_int_equal(tasks->first->next->object, 0x40);
	assert_null(tasks->first->next->next);
	namespaces = tasks->next;
	assert_string_equal(namespaces->type, "cgroup_ns");
	assert_int_equal(namespaces->first->object, 0x30);
	assert_null(namespaces->next);
	assert_int_equal(books.ledger->details[1].behind->first->object, 0x20);
	close_books(&books);
}

static void so_many_stand_behind_a_holder_and_the_others_are_counted(void **state)
{
	const struct behind_group *tasks;
	struct books books;
	int kept = 0;

	(void)state;
	open_books(&books, 1, true);
	add(&books, REF_CSET, 1, 0x1000);
	for (kaddr_t task = 1; task <= BEHIND_LIMIT + 7; task++)
		add_behind(&books, 0x1000, "task", task);
	add_behind(&books, 0x1000, "cgroup_ns", 0x30);
	tasks = books.ledger->details[0].behind;
	for (const struct behind *behind = tasks->first; behind; behind = behind->next)
		assert_int_equal(behind->object, ++kept);
	assert_int_equal(kept, BEHIND_LIMIT);
	assert_int_equal(tasks->count, BEHIND_LIMIT + 7);
	assert_int_equal(tasks->next->count, 1);
	close_books(&books);
}

static void what_stands_behind_stays_after_pages_are_forgotten(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 3, true);
	add(&books, REF_FOLIO, 2, 0x3000);
	add(&books, REF_CSET, 1, 0x1000);
	add_behind(&books, 0x1000, "task", 0x10);
	ledger_forget_pages(books.ledger);
	assert_int_equal(books.ledger->detail_count, 1);
	add_behind(&books, 0x1000, "task", 0x20);
	assert_int_equal(books.ledger->details[0].behind->count, 2);
	close_books(&books);
}

static void details_are_kept_only_where_they_were_asked_for(void **state)
{
	struct books books;

	(void)state;
	open_books(&books, 1, false);
	add(&books, REF_CSET, 1, 0x1000);
	add_behind(&books, 0x1000, "task", 0x10);
	assert_int_equal(books.ledger->detail_count, 0);
	close_books(&books);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_action_is_done_to_is_noted_once),
		cmocka_unit_test(what_nobody_explains_is_left),
		cmocka_unit_test(what_is_explained_twice_is_below_zero),
		cmocka_unit_test(an_unknown_count_leaves_nothing),
		cmocka_unit_test(each_memcg_has_its_own_rest),
		cmocka_unit_test(forgotten_pages_are_to_be_explained_again),
		cmocka_unit_test(a_holder_that_comes_again_is_one_detail),
		cmocka_unit_test(pages_that_were_not_seen_leave_it_open_where_each_is_to_be),
		cmocka_unit_test(what_has_no_address_is_one_detail_by_its_name),
		cmocka_unit_test(places_hold_after_pages_are_forgotten),
		cmocka_unit_test(what_stands_behind_a_holder_is_no_reference),
		cmocka_unit_test(so_many_stand_behind_a_holder_and_the_others_are_counted),
		cmocka_unit_test(what_stands_behind_stays_after_pages_are_forgotten),
		cmocka_unit_test(details_are_kept_only_where_they_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
