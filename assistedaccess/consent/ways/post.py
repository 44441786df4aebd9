"""By post: a letter with the words and a code; the code comes back by any way (C09)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service_reading import newest, note_read
from assistedaccess.people.models import Person
from assistedaccess.people.queries_own_points import list_own_points
from assistedaccess.people.routes import list_letter_routes
from assistedaccess.people.rules_routes import PointKind

from .. import rules_codes
from ..rules_codes import CodeKind, CodeState
from ..rules_strength import Evidence
from .base import Asking, Confirmed, NotConfirmed, Way
from .code import count_wrong, find_code, find_state, is_right


def find_letter_evidence(actor: Actor, person: Person, point_id: UUID | None) -> Evidence:
    """What a code that comes back from there would leave as evidence. A letter that is held at a
    desk is handed over there, to somebody who stands before another member of staff."""
    homes = list_own_points(actor, person, [PointKind.POSTAL], most=20)
    is_new = any(home.is_new for home in homes if home.id == point_id)
    return Evidence(way=PostWay.key, contact_is_new=is_new)


BACK = ("telephone", "in_person", "letter", "other")


class PostWay(Way):
    """Whoever sends the code back has read the letter, which no helper who asked has seen.

    Given: code, back (how it came back).
    """

    key = "post"

    def find_obstacle(self, asking: Asking) -> str:
        if list_letter_routes(asking.person.id, asking.actor):
            return ""
        return _(
            "There is no address for letters that is safe and that you did not enter yourself."
        )

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        row = find_code(asking.request.id, kind=CodeKind.LETTER, lock=True)
        if row is None:
            raise InvalidInput("code", _("Send the letter first"))
        entered = rules_codes.read_code(given.get("code", ""))
        if entered is None:
            raise InvalidInput("code", _("Enter the code, which has 6 numbers"))
        back = given.get("back", "")
        if back not in BACK:
            raise InvalidInput("back", _("Select how the code came back"))
        state = find_state(row, asking)
        if state is CodeState.LIVE and is_right(row, entered):
            row.used_at = clock.now()
            which = newest(asking.person.id, NoticeKind.CONSENT_LETTER, row.contact_point_id)
            note_read(asking.actor, asking.person.id, ReadHow.CODE_USED, which)
            return Confirmed(
                find_letter_evidence(asking.actor, asking.person, row.contact_point_id),
                {"back": back},
                contact_point_id=row.contact_point_id,
            )
        return count_wrong(asking, row, state)
