"""The look is GOV.UK Frontend's, the brand is ours: no crown, no crest, no licensed typeface."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.sources import APPLICATION, ROOT

BUILD = APPLICATION / "static" / "build"
# The components that show these are hidden in our layouts, and would be somebody else's mark.
NOT_OURS = ("crown.svg", "govuk-crest", "GDS Transport", "@font-face")


@pytest.fixture(scope="module")
def style_sheet() -> str:
    """What `make setup` compiled."""
    return (BUILD / "application.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("mark", NOT_OURS)
def test_no_mark_of_the_government(style_sheet: str, mark: str) -> None:
    assert mark.lower() not in style_sheet.lower()


def test_nothing_is_fetched_from_elsewhere(style_sheet: str) -> None:
    # The content security policy would refuse it; the page must not need it.
    fetched = re.findall(r"url\(\s*[\"']?(?!data:|/static/)([^)]*)\)|@import[^;]+", style_sheet)
    assert not fetched


def test_a_link_in_a_form_s_own_text_has_the_look_of_every_link(style_sheet: str) -> None:
    rules = re.findall(r"\.app-definition a:not\(\[class\]\):link\{([^}]*)\}", style_sheet)
    assert any("color:" in rule for rule in rules)


def test_the_script_and_the_macros_are_of_one_version() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]["govuk-frontend"]
    script = (BUILD / "govuk-frontend.min.js").read_text(encoding="utf-8")
    assert f'version="{wanted}"' in script
    assert "sourceMappingURL" not in script
    assert "govuk-frontend-jinja==4.1.0" in (ROOT / "pyproject.toml").read_text()
