"""How every check ends: well, or with its reason as the last line of output and exit code 1, or 75 if there was no room to try."""

import sys


class CheckFailure(Exception):
    """Something is not as the check demands; the message is for people."""


class NoRoom(Exception):
    """Others leave no room for the check, which says nothing about what it was to prove."""


NO_ROOM = 75


def run_program(run):
    """Runs a function on the arguments of the program."""
    try:
        run(*sys.argv[1:])
    except NoRoom as reason:
        print(reason, flush=True)
        sys.exit(NO_ROOM)
    except Exception as failure:
        kind = "" if isinstance(failure, CheckFailure) else f"{type(failure).__name__}: "
        print(f"FAILED: {kind}{failure}", flush=True)
        sys.exit(1)
