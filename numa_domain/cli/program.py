# SPDX-License-Identifier: Apache-2.0
"""What every command of this project does with what goes wrong: one line, and an exit code.

0; 1 where the answer is no; 2 with a line on stderr; 130 after Ctrl-C; 141 where nobody reads the
output any more. There is never a traceback for what an admin, a file or the network did.

    run("numa-hook status", lambda: _run(argv), refuse=lambda error: print_error(str(error)))
"""

from __future__ import annotations

from collections.abc import Callable

from ..base.errors import NumaError
from . import streams

Refuse = Callable[[NumaError], None]


def run(program: str, work: Callable[[], int], refuse: Refuse | None = None) -> int:
    """The exit code of `work`. `program` begins its lines; `refuse` prints an error that `work`
    raises, where not simply as a line.
    """
    streams.prepare()
    try:
        with streams.flushed():
            try:
                return work()
            except NumaError as error:
                (refuse or (lambda e: streams.print_error(f"{program}: {e}")))(error)
                return 2
    except BrokenPipeError:
        streams.silence(1)
        return 141
    except OSError as error:
        streams.silence(1)
        what = error.filename or "the output cannot be written"
        streams.print_error(f"{program}: {what}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        return 130
