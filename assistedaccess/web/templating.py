"""What every template has without an import: components, GOV.UK macros, filters, settings."""

from __future__ import annotations

from typing import Any

from flask import Flask, get_flashed_messages, request
from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, PrefixLoader, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from assistedaccess.kernel.form_fields import attributes
from assistedaccess.kernel.form_fields.rendering import find_macro
from assistedaccess.kernel.idempotency import new_request_key

from .errors import find_way_back
from .filters import FILTERS
from .headers import csp_nonce
from .navigation import find_signed_in, list_navigation
from .trouble import find_trouble


class Components:
    """Our own macros by name: ``components.table`` is the macro of components/table.html."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._environment.get_template(f"components/{name}.html").module, name)


class GovukMacros:
    """GOV.UK Frontend's macros by name in snake case: ``govuk.warning_text({…})``."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return find_macro(name)


class PlainTemplate(Template):
    """A template whose macros are imported as they are.

    Jinja compares the names that a page has with those that the template knows at each import, and
    GOV.UK's macros import others a hundred times a page. All our names are the environment's.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def current_path() -> str:
    """The address of this page, to come back to; without its query after a POST."""
    if request.method == "GET" and request.query_string:
        return request.full_path
    return request.path


def list_flashes() -> list[dict[str, str]]:
    """The messages that a view left for this page: ``category`` is success or message.

    One with an ``offer`` can be undone (kernel.undo): its button carries a ``request_key``.
    """
    left: Any = get_flashed_messages(with_categories=True)
    return [
        {"category": category, "request_key": new_request_key(), **message}
        if isinstance(message, dict)
        else {"category": category, "text": message}
        for category, message in left
    ]


def register(app: Flask) -> None:
    """Prepare the Jinja environment of ``app``."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    instead = DictLoader({attributes.NAME: attributes.TEMPLATE})
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([instead, own, govuk] if own else [instead, govuk])
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.do")  # rows of a table are built line by line
    environment.template_class = PlainTemplate
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.globals.update(
        components=Components(environment),
        govuk=GovukMacros(),
        csp_nonce=csp_nonce,
        current_path=current_path,
        find_signed_in=find_signed_in,
        find_trouble=find_trouble,
        find_way_back=find_way_back,
        has_page=lambda endpoint: endpoint in app.view_functions,
        is_demo=app.config["SETTINGS"].is_demo,
        list_flashes=list_flashes,
        list_navigation=list_navigation,
        write_attributes=attributes.write_attributes,
    )
    environment.filters.update({function.__name__: function for function in FILTERS})
