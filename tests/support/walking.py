"""Walks a site that is served on this machine as a browser would, by its links."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup


@dataclass
class Page:
    """What was answered at a path (with its query); ``url`` is where it led to."""

    path: str
    status: int
    url: str
    html: BeautifulSoup | None = None


def walk(url: str, cookie: str, *, most: int, leaving: tuple[str, ...] = ()) -> Iterator[Page]:
    """Up to ``most`` pages, the nearest to the start first; none that begins as ``leaving``."""
    met, waiting = {"/"}, deque(["/"])
    for _ in range(most):
        if not waiting:
            return
        path = waiting.popleft()
        headers = {"Cookie": cookie} if cookie else {}
        asked = urllib.request.Request(url + path, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                page = Page(path, answer.status, answer.url)
                if answer.headers.get_content_type() == "text/html":
                    page.html = BeautifulSoup(answer.read(), "lxml")
        except urllib.error.HTTPError as error:
            page = Page(path, error.code, url + path)
        yield page
        for link in page.html.select("a[href]") if page.html else ():
            there = urlsplit(urldefrag(urljoin(page.url, str(link["href"]))).url)
            found = there.path + (f"?{there.query}" if there.query else "")
            is_there = f"{there.scheme}://{there.netloc}" == url
            if is_there and found not in met and not found.startswith(leaving):
                met.add(found)
                waiting.append(found)
