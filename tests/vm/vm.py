#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
The test machines by hand.

    vm.py list              the machines
    vm.py fetch MACHINE     downloads and unpacks its kernel, if the cache has not got it
    vm.py dump MACHINE      makes its dumps, or takes them from the cache; prints what is where
    vm.py again MACHINE     the same, after forgetting what the cache has
    vm.py layout MACHINE    asks zmemcg -L about its kernel, and keeps the answer in docs/layouts
    vm.py sessions          shows what README.md and the help text show, anew from the dump of 6.1
    vm.py crash MACHINE [FORMAT]   an interactive crash on one of them, the newest that opens it
"""

import os
import sys

import boots
import crashes
import layouts
import machine
import sessions


def dump(name):
    boot = boots.boot(name)
    print(f"vmlinux {boot.vmlinux}\ntruth {boot.console}")
    for format_name, path in boot.formats.items():
        print(f"{format_name} {path}")
    return boot


def main(words):
    match words:
        case ["list"]:
            for row in boots.ALL:
                print(f"{row.name:12} kernel {row.kernel:6} {row.parameters}")
        case ["fetch", name]:
            print(boots.kernel_of(name).vmlinux)
        case ["dump", name]:
            dump(name)
        case ["again", name]:
            machine.forget(name)
            dump(name)
        case ["layout", name]:
            print(layouts.keep(name))
        case ["sessions"]:
            sessions.write(boots.boot("6.1"))
        case ["crash", name, *rest]:
            boot = dump(name)
            crash = crashes.ready(crashes.for_kernel(boot.kernel)[-1].name)
            path = boot.formats[rest[0] if rest else "zlib"]
            command = [*crash.command_for(boot.kernel, path), "-s", "-i", crash.startup, boot.vmlinux, path]
            os.execvp(command[0], command)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
