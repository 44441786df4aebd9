"""The virus scanner: clamd's INSTREAM command over a socket, where an installation names one.

clamd(8): ``zINSTREAM`` and a null, then pieces, each after its length in four bytes, the largest
first; a length of nought ends. The answer is ``stream: OK`` or ``stream: NAME FOUND``. A scanner
that is not there, is slow, or says anything else has not checked the file, and that is what is
said: nobody is turned away for it.
"""

from __future__ import annotations

import socket
import struct
from enum import StrEnum

from assistedaccess.kernel import logs

from .files_rules import BadFile, Fault

log = logs.get_logger(__name__)
_PIECE = 64 * 1024
_SECONDS = 15.0


class Scan(StrEnum):
    """Whether a scanner has looked at a file."""

    CLEAN = "clean"
    NOT_CHECKED = "not_checked"


def scan_file(content: bytes, address: str) -> Scan:
    """What the scanner at ``address`` says: ``unix:/path``, ``host:port``, or empty for none.

    Raises BadFile with the fault *virus* where it found something.
    """
    if not address:
        return Scan.NOT_CHECKED
    try:
        answer = _ask(content, address)
    except (OSError, ValueError):
        log.warning("the virus scanner did not answer", exc_info=True)
        return Scan.NOT_CHECKED
    if answer.endswith("FOUND"):
        raise BadFile(Fault.VIRUS)
    if answer == "stream: OK":
        return Scan.CLEAN
    log.warning("the virus scanner said neither yes nor no")
    return Scan.NOT_CHECKED


def _ask(content: bytes, address: str) -> str:
    with _connect(address) as stream:
        stream.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            stream.sendall(struct.pack("!I", len(piece)) + piece)
        stream.sendall(struct.pack("!I", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < 4_096:
            piece = stream.recv(4_096)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stream.settimeout(_SECONDS)
        try:
            stream.connect(address.removeprefix("unix:"))
        except OSError:
            stream.close()
            raise
        return stream
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)
