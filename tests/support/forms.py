"""Forms made, posted and looked at without a page around them."""

from __future__ import annotations

from typing import Any

from flask import Flask

from assistedaccess.kernel.form_fields import BaseForm


def submit(app: Flask, form_class: type[BaseForm], data: dict[str, Any]) -> BaseForm:
    """The form as it is after ``data`` was posted."""
    with app.test_request_context("/", method="POST", data=data):
        form = form_class()
        form.validate_on_submit()
        form.page = "".join(str(field()) for field in form.list_questions())  # type: ignore[attr-defined]
        return form


def form_with(field: Any) -> type[BaseForm]:
    return type("OneForm", (BaseForm,), {"it": field})


def errors_of(app: Flask, field: Any, data: dict[str, Any]) -> list[dict[str, str]]:
    return submit(app, form_with(field), data).error_summary


def data_of(app: Flask, field: Any, data: dict[str, Any]) -> Any:
    form = submit(app, form_with(field), data)
    assert form.error_summary == []
    return form.it.data  # type: ignore[attr-defined]
