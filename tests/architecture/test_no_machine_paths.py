"""A clone works anywhere: no file names a machine, or a registry that one machine uses."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT, name_of, tracked_files

# In pieces, so that this file does not hold what it looks for.
HOSTS = [
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "pypi" + ".org",
    "files." + "pythonhosted",
    "deb." + "debian",
]
PLACES = ["/" + "work/", "/" + "root/", "file:///" + "opt/"]
SOMEBODYS_HOME = re.compile(r"(?<![\w.:/])/home/[a-z]\w+/")


@pytest.mark.parametrize("path", tracked_files(), ids=name_of)
def test_no_registry_and_no_path_of_a_machine(path) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    found = [needle for needle in [*HOSTS, *PLACES, f"{ROOT}/"] if needle in text]
    assert not found + SOMEBODYS_HOME.findall(text)
