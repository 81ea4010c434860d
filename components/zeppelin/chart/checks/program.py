"""How every check ends: well, or with its reason as the last line of output and exit code 1."""

import sys


class CheckFailure(Exception):
    """Something is not as the check demands; the message is for people."""


def run_program(run):
    """Runs a function on the arguments of the program."""
    try:
        run(*sys.argv[1:])
    except Exception as failure:
        kind = "" if isinstance(failure, CheckFailure) else f"{type(failure).__name__}: "
        print(f"FAILED: {kind}{failure}", flush=True)
        sys.exit(1)
