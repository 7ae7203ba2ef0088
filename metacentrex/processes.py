"""Two facts about Linux processes the supervisor and its children share."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
SUPERVISED = "METACENTREX_SUPERVISED"

_libc = ctypes.CDLL(None, use_errno=True)


def kill_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that made it ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def die_with_parent() -> None:
    """Do the same in a grandchild of the supervisor, which does not inherit the setting."""
    if not os.environ.get(SUPERVISED):
        return
    parent = os.getppid()
    kill_with_parent()
    if os.getppid() != parent or (parent == 1 and os.environ[SUPERVISED] != "1"):
        os._exit(1)  # the parent had ended before the promise was made
