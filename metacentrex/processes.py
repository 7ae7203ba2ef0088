"""Makes a Linux process end with its parent; for the supervisor and its children."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
SUPERVISED = "METACENTREX_SUPERVISED"

_libc = ctypes.CDLL(None, use_errno=True)


def kill_with_parent() -> None:
    """Have the kernel kill this process when the thread that created it ends, for any reason."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def die_with_parent() -> None:
    """Do the same in a grandchild of the supervisor, which does not inherit the setting."""
    if not os.environ.get(SUPERVISED):
        return
    parent = os.getppid()
    kill_with_parent()
    if os.getppid() != parent or (parent == 1 and os.environ[SUPERVISED] != "1"):
        os._exit(1)  # the parent ended before the call above
