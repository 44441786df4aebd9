"""The virus scanner: asked as clamd wants it, believed when it finds something."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest

from assistedaccess.applications.files_rules import BadFile, Fault
from assistedaccess.applications.scanning import Scan, scan_file


class FakeScanner:
    """Speaks clamd's INSTREAM on a socket of its own, once for each answer it is given."""

    def __init__(self, folder: Path, *answers: bytes) -> None:
        self.received: list[bytes] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self.address = f"unix:{folder / 'clamd.sock'}"
        self._socket.bind(self.address.removeprefix("unix:"))
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, args=(answers,), daemon=True)
        self._thread.start()

    def _serve(self, answers: tuple[bytes, ...]) -> None:
        for answer in answers:
            stream, _ = self._socket.accept()
            with stream:
                assert self._take(stream, 10) == b"zINSTREAM\0"
                body = b""
                while size := struct.unpack("!I", self._take(stream, 4))[0]:
                    body += self._take(stream, size)
                self.received.append(body)
                stream.sendall(answer)
        self._socket.close()

    @staticmethod
    def _take(stream: socket.socket, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            taken += stream.recv(size - len(taken))
        return taken

    def close(self) -> None:
        self._thread.join(5)


def test_a_scanner_is_asked_and_believed(tmp_path: Path) -> None:
    content = b"x" * 200_000
    scanner = FakeScanner(
        tmp_path, b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0", b"INSTREAM size\0"
    )
    assert scan_file(content, scanner.address) is Scan.CLEAN
    with pytest.raises(BadFile) as error:
        scan_file(content, scanner.address)
    assert error.value.fault is Fault.VIRUS
    assert scan_file(content, scanner.address) is Scan.NOT_CHECKED
    scanner.close()
    assert scanner.received == [content] * 3


def test_v16_5_2_without_a_scanner_a_file_is_not_checked(tmp_path: Path) -> None:
    assert scan_file(b"x", "") is Scan.NOT_CHECKED
    assert scan_file(b"x", f"unix:{tmp_path / 'gone.sock'}") is Scan.NOT_CHECKED
