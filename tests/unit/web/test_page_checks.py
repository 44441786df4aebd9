"""The check of every page sees what it is there to see: a good page, made worse in one way each."""

from __future__ import annotations

import pytest

from tests.support.page_checks import list_faults, shape_of

GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Find a person – Assisted Access</title></head>
<body><script nonce="abc">1</script>
<main id="main"><h1>Find a person</h1><h2 id="hint">By reference</h2>
<form method="post" action="/find"><input type="hidden" name="csrf_token" value="x">
<label for="it">Reference</label><input id="it" name="it" aria-describedby="hint">
<fieldset><legend>Way</legend><input type="radio" id="way" name="way" value="1">
<label for="way">By card</label></fieldset><button>Find</button></form>
<a href="#hint">Help</a> <a href="/people">People</a>
</main></body></html>
"""
POLICY = {"Content-Security-Policy": "script-src 'nonce-abc'"}


def test_a_good_page_has_no_fault() -> None:
    assert list(list_faults(GOOD, POLICY)) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Find a person</h1>", "<h1>Find</h1><h1>a person</h1>", "2 h1"),
        ("<h1>Find a person</h1>", "", "0 h1"),
        ("<h1>Find a person</h1>", "<h1> </h1>", "h1 is empty"),
        ("<h2 id", "<h3 id", "h3 follows"),
        (' lang="en"', "", "no lang"),
        (" – Assisted Access", "", "must end with"),
        ("Find a person –", " –", "title"),
        ("<main", '<div class="govuk-error-summary"></div><main', "does not begin with Error"),
        ("<main", "<main></main><main", "exactly one main"),
        ('id="way"', 'id="it"', "used 2 times"),
        (' nonce="abc"', "", "no nonce"),
        ('nonce="abc"', 'nonce="abd"', "not the policy"),
        ("<main", '<main style="x"', "attribute style"),
        ("<button", '<button onclick="x()"', "attribute onclick"),
        ("<main", "<style></style><main", "inline style sheet"),
        ('<label for="it">Reference</label>', "", "it has no label"),
        ('for="way"', 'for="way-2"', "way has no label"),
        ('name="csrf_token"', 'name="token"', "no csrf_token"),
        ("<legend>Way</legend>", "", "no legend"),
        ('aria-describedby="hint"', 'aria-describedby="hint error"', "'error', which is not there"),
        ('href="#hint"', 'href="#help"', "#help, which is not there"),
        ('href="/people"', 'href="javascript:alert(1)"', "scheme"),
        (">People<", "><", "has no text"),
        ("</form>", "", "HTML, line"),
        ("reference</h2>", "reference</h2></p>", "HTML, line"),
        ("<button>Find</button>", "<button>Find</span></button>", "HTML, line"),
        ("<!DOCTYPE html>", "", "HTML, line"),
    ],
)
def test_each_fault_is_seen(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    faults = list(list_faults(GOOD.replace(good, bad, 1), POLICY))
    assert any(fault in words for words in faults), faults
    # What was looked at once hides no fault of another page.
    assert shape_of(GOOD.replace(good, bad, 1), POLICY) != shape_of(GOOD, POLICY)
