"""Tells systemd that a service which stays is alive, so that one that hangs is replaced.

A process that was stopped (SIGSTOP), or waits for something that never comes, does not die by
itself. What its unit asks for (``WatchdogSec``) is told by a datagram (systemd, sd_notify(3)).
"""

from __future__ import annotations

import os
import socket

ALIVE = b"WATCHDOG=1"


def tell_alive() -> None:
    """Say it to whoever started this process and wants to hear it; else do nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # an abstract name of Linux
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outgoing:
            outgoing.sendto(ALIVE, address)
    except OSError:
        pass  # nobody listens any more: they will act as on silence
