# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make            builds build/zmemcg.so with the installed crash's defs.h
#                   (CRASH_INC=DIR: another crash's; BUILD=DIR: into another folder)
#   make demo       sets everything up, makes a dump, shows the commands on it
#                   (VMLINUX=FILE VMCORE=FILE: on your own)
#   make test       sets everything up, runs all tests
#   make bench      what the reports cost on large machines' dumps (docs/bench.md)
#   make lint       compiler warnings as errors, cppcheck, clang-tidy
#   make install    where "extend zmemcg.so" finds it (DESTDIR=, EXTENSIONS=)

BUILD ?= build
DESTDIR ?=
EXTENSIONS ?= /usr/lib64/crash/extensions
CRASH_INC ?= /usr/include/crash

SOURCES := $(wildcard extensions/*.c extensions/zmemcg/*.c extensions/zmemcg/*/*.c)

all:
	@mkdir -p $(BUILD)
	@$(MAKE) --no-print-directory -f extensions/zmemcg.mk BUILD=$(BUILD) CRASH_INC=$(CRASH_INC)

install: all
	install -D -m 755 $(BUILD)/zmemcg.so $(DESTDIR)$(EXTENSIONS)/zmemcg.so

demo:
	@tests/setup
	@$(MAKE) --no-print-directory all
	@tests/vm/demo.py $(if $(VMCORE),"$(VMLINUX)" "$(VMCORE)")

test:
	@tests/setup
	@tests/run

bench:
	@tests/setup
	@$(MAKE) --no-print-directory all
	@tests/bench/bench.py

lint:
	@$(MAKE) --no-print-directory -s -B -f extensions/zmemcg.mk BUILD=build/lint CRASH_INC=$(CRASH_INC) \
		CFLAGS="-O2 -Werror"
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--error-exitcode=1 -Iinclude $(SOURCES)
	@clang-tidy --quiet --warnings-as-errors='*' $(SOURCES) -- -std=gnu11 -Iinclude \
		-isystem $(CRASH_INC) 2>/dev/null

clean:
	rm -rf build

.PHONY: all install demo test bench lint clean
