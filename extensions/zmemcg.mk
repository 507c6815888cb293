# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds zmemcg.so. Inside a crash source tree, "make extensions" finds this file
# beside zmemcg.c and uses it; the Makefile of the project does so too.
#
#   CRASH_INC=DIR   the folder of crash's defs.h
#   BUILD=DIR       where zmemcg.so and the objects go

CRASH_INC ?= $(firstword $(dir $(wildcard ./defs.h ../defs.h /usr/include/crash/defs.h)))
BUILD ?= .

HERE := $(dir $(lastword $(MAKEFILE_LIST)))
SOURCES := $(HERE)zmemcg.c $(wildcard $(HERE)zmemcg/*.c $(HERE)zmemcg/*/*.c)
OBJECTS := $(patsubst $(HERE)%.c,$(BUILD)/zmemcg.obj/%.o,$(SOURCES))

CFLAGS ?= -O2 -g
ZMEMCG_CFLAGS := -std=gnu11 -Wall -Wextra -fPIC -fvisibility=hidden \
	-I$(HERE)../include -isystem $(CRASH_INC)
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(ZMEMCG_CFLAGS)

# What the objects are made with: another compiler, another header or other flags make them anew.
MADE_WITH := $(BUILD)/zmemcg.obj/made-with

all: $(BUILD)/zmemcg.so

$(BUILD)/zmemcg.so: $(OBJECTS)
	$(CC) $(CFLAGS) -shared $(LDFLAGS) -o $@ $^

$(MADE_WITH): FORCE
	@test -f "$(CRASH_INC)/defs.h" || { \
	  echo "crash's defs.h is not in \"$(CRASH_INC)\": install crash (or crash-devel), or give CRASH_INC=DIR" >&2; exit 1; }
	@mkdir -p $(@D)
	@{ echo '$(COMPILE) $(LDFLAGS)'; cksum "$(CRASH_INC)/defs.h"; } > $@.now
	@cmp -s $@.now $@ || cp $@.now $@

$(BUILD)/zmemcg.obj/%.o: $(HERE)%.c $(MADE_WITH)
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(BUILD)/zmemcg.obj $(BUILD)/zmemcg.so

FORCE:

.PHONY: all clean FORCE

-include $(OBJECTS:.o=.d)
