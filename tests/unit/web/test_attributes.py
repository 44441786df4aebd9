"""The attributes of a tag are written as GOV.UK Frontend's own macro writes them."""

from __future__ import annotations

from itertools import product
from typing import Any

from flask import Flask
from jinja2 import Environment, PackageLoader, PrefixLoader, Undefined
from markupsafe import Markup

from assistedaccess.kernel.form_fields import attributes
from assistedaccess.kernel.form_fields.attributes import write_attributes

PLAIN: list[Any] = [
    *(None, True, False, "", 'a "b" <c>', Markup("<b>"), 3, 0, Undefined(), ["x"], {}),
    *({"val": "x"}, {"val": None}, {"val": True}, {"val": {"value": 1, "optional": True}}),
]
WITH_OPTION: list[Any] = [
    *({"value": v, "optional": o} for v, o in product(PLAIN[:9], (True, False, None, "yes"))),
    *({"value": value} for value in PLAIN[:9]),
    {"optional": True},
]


def test_they_are_those_of_the_library() -> None:
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    library = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    macro = library.get_template(attributes.NAME).module.govukAttributes  # type: ignore[attr-defined]
    for value in [*PLAIN, *WITH_OPTION]:
        assert write_attributes({'n"': value, "z": 1}) == macro({'n"': value, "z": 1})
    for whole in ("", ' a="b"', Markup(' c="d"'), None, Undefined(), False, {}):
        assert write_attributes(whole) == macro(whole)


def test_the_components_ask_ours(bare_app: Flask) -> None:
    with bare_app.app_context():
        made = bare_app.jinja_env.get_template(attributes.NAME).module
        assert made.govukAttributes is write_attributes  # type: ignore[attr-defined]
