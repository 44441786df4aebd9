"""A client that looks at every page it is given."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .page_checks import check_page


class PageCheckingClient(FlaskClient):
    """Flask's client; a page that breaks a rule of page_checks fails the test that asked for it."""

    check_pages = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if self.check_pages and is_page and response.request.method != "HEAD":
            check_page(response)
        return response
