# SPDX-License-Identifier: GPL-2.0-or-later

BUILD ?= build
export BUILD

all:
	@mkdir -p $(BUILD)
	@$(MAKE) --no-print-directory -f extensions/zmemcg.mk

clean:
	rm -rf build

.PHONY: all clean
