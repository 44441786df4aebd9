"""The person signs on paper: here and now (C03), or at home with no network (C10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput

from ..rules_paper import SIGNS, check_visited_on
from ..rules_strength import Evidence
from .base import Asking, Confirmed, NotConfirmed, Way, needs_presence


def find_paper_obstacle(asking: Asking) -> str:
    """The form must be printed with these very words before anybody can sign it."""
    row = asking.request
    if row.form_printed_at is None or row.form_hash != row.terms_hash:
        return _("Print the form first. It bears the number and the words of this list.")
    return ""


def read_sign(given: Mapping[str, str]) -> str:
    """How the person put their yes on the paper."""
    sign = given.get("sign", "")
    if sign not in SIGNS:
        raise InvalidInput("sign", _("Select what the person put on the paper"))
    return sign


class PaperWay(Way):
    """The printed form is signed; its photograph comes back within 14 days, else it lapses.

    Given: sign (signature or mark).
    """

    key = "paper"

    def find_obstacle(self, asking: Asking) -> str:
        return needs_presence(asking)

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        obstacle = self.find_obstacle(asking) or find_paper_obstacle(asking)
        if obstacle:
            raise InvalidInput("sign", obstacle)
        kept = {"sign": read_sign(given), "form_hash": asking.request.terms_hash}
        return Confirmed(
            Evidence(way=self.key),
            kept,
            promised=Evidence(way=self.key, paper_is_in=True),
            paper_is_due=True,
        )


class HomeVisitWay(Way):
    """Entered after a visit, from the pack that was printed before it; a second human looks first.

    Given: sign, visited_on (ISO date).
    """

    key = "home_visit"

    def find_obstacle(self, asking: Asking) -> str:
        return needs_presence(asking) or find_paper_obstacle(asking)

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        obstacle = self.find_obstacle(asking)
        if obstacle:
            raise InvalidInput("sign", obstacle)
        printed_at = asking.request.form_printed_at
        assert printed_at is not None  # noqa: S101
        try:
            visited_on = date.fromisoformat(given.get("visited_on", ""))
        except ValueError:
            raise InvalidInput("visited_on", _("Enter the day of the visit")) from None
        check_visited_on(visited_on, printed_on=clock.local(printed_at).date(), today=clock.today())
        return Confirmed(
            Evidence(way=self.key),
            {
                "sign": read_sign(given),
                "visited_on": visited_on.isoformat(),
                "form_hash": asking.request.terms_hash,
                "late": "yes",
            },
        )
