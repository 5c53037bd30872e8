"""What a worker process does with a signal that comes before it can serve."""

import multiprocessing
import signal


def end_on_signals_while_loading() -> None:
    """Let SIGTERM and SIGINT end a granian worker that still loads the application.

    granian forks its workers with the handlers of its main process, and gives them their own only once the application
    is loaded: a signal that comes between is swallowed, and the worker hangs until it is killed half a minute later.
    Other servers have handlers of their own by then, which are left alone.
    """
    if multiprocessing.current_process().name == "granian-worker":
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
