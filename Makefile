# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make            builds build/zmemcg.so with the installed crash's defs.h
#                   (CRASH_INC=DIR: another crash's; BUILD=DIR: into another folder;
#                   CC=aarch64-linux-gnu-gcc: for arm64, and so for each target that builds it)
#   make demo       sets everything up, makes a dump, shows the commands on it
#                   (VMLINUX=FILE VMCORE=FILE: on your own)
#   make test       sets everything up, runs all tests
#   make fuzz       damaged dumps, 10,000 and more; plain C under libFuzzer (docs/robustness.md)
#   make valgrind   every report in the real crash under valgrind (docs/robustness.md)
#   make live       every report 200 times on each of the live machines (tests/live/README.md): hours
#                   (ROUNDS=N)
#   make bench      what the reports cost on large machines' dumps (docs/bench.md)
#   make lint       compiler warnings as errors, cppcheck, clang-tidy; pylint on what tests and measures
#   make man        builds build/zmemcg.8, the manual page, from the help text
#   make install    both, the extension where "extend zmemcg.so" finds it (DESTDIR=, EXTENSIONS=, MAN=)
#   make dist       build/zmemcg-VERSION.tar.gz
#   make deb, rpm   packages for the installed crash (another: CRASH_INC=DIR CRASH_VERSION=9.0.2), into build/

BUILD ?= build
DESTDIR ?=
EXTENSIONS ?= /usr/lib64/crash/extensions
MAN ?= /usr/share/man/man8
BUILD_CC ?= cc
CRASH_INC ?= /usr/include/crash

# What "help zmemcg" says; the version of crash is the least that a package asks for.
VERSION = $(shell sed -n 's/^.define ZMEMCG_VERSION[[:blank:]]*"\(.*\)"/\1/p' include/zmemcg/version.h)
CRASH_VERSION ?= $(shell crash --version | sed -n 's/^crash \([0-9.]*\).*/\1/p')

SOURCES := $(wildcard extensions/*.c extensions/zmemcg/*.c extensions/zmemcg/*/*.c)

all:
	@mkdir -p $(BUILD)
	@$(MAKE) --no-print-directory -f extensions/zmemcg.mk BUILD=$(BUILD) CRASH_INC=$(CRASH_INC)

man: $(BUILD)/zmemcg.8

# Runs here, whatever CC builds the extension for.
$(BUILD)/zmemcg.8: packaging/manpage.c extensions/zmemcg/help.c include/zmemcg/help.h include/zmemcg/version.h
	@mkdir -p $(BUILD)
	@$(BUILD_CC) -std=gnu11 -Wall -Wextra -Iinclude -o $(BUILD)/manpage packaging/manpage.c extensions/zmemcg/help.c
	@$(BUILD)/manpage > $@

install: all man
	install -D -m 755 $(BUILD)/zmemcg.so $(DESTDIR)$(EXTENSIONS)/zmemcg.so
	install -D -m 644 $(BUILD)/zmemcg.8 $(DESTDIR)$(MAN)/zmemcg.8

dist:
	@packaging/dist $(VERSION) $(BUILD)

deb rpm: dist
	@CC="$(CC)" CRASH_INC=$(abspath $(CRASH_INC)) CRASH_VERSION=$(CRASH_VERSION) packaging/$@ $(VERSION) $(BUILD)

demo:
	@tests/setup
	@$(MAKE) --no-print-directory all
	@tests/vm/demo.py $(if $(VMCORE),"$(VMLINUX)" "$(VMCORE)")

test:
	@tests/setup
	@tests/run

live:
	@tests/setup
	@tests/live/live.py $(or $(ROUNDS),200)

bench:
	@tests/setup
	@$(MAKE) --no-print-directory all
	@tests/bench/bench.py
	@tests/bench/reports.py

fuzz:
	@tests/setup clang libclang-rt-dev
	@tests/fuzz/fuzz.py

valgrind:
	@tests/setup
	@tests/fuzz/fuzz.py valgrind

lint:
	@$(MAKE) --no-print-directory -s -B -f extensions/zmemcg.mk BUILD=build/lint CRASH_INC=$(CRASH_INC) \
		CFLAGS="-O2 -Werror"
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--error-exitcode=1 -Iinclude $(SOURCES)
	@clang-tidy --quiet --warnings-as-errors='*' $(SOURCES) -- -std=gnu11 -Iinclude \
		-isystem $(CRASH_INC) 2>/dev/null
	@PYTHONPATH=tests/vm:tests/bench:tests/fuzz:tests/live /usr/bin/python3 -m pylint --errors-only \
		--disable=import-error $(shell git ls-files '*.py')

clean:
	rm -rf build

.PHONY: all man install dist deb rpm demo test fuzz live bench valgrind lint clean
