"""The person signs on the screen: strokes, a photograph of them, or their typed name (C02)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.text import clean_text

from ..pictures import decode_upload, draw_strokes, find_traces, read_picture
from ..rules_signatures import read_strokes
from ..rules_strength import Evidence
from .base import Asking, Attachment, Confirmed, NotConfirmed, Way, needs_presence

LONGEST_TYPED = 200


class SignatureWay(Way):
    """A signature that belongs to the very words and their language, and to no others.

    Given: how (drawn, picture or typed), strokes (JSON of rules_signatures), picture (base64 of
    the file), typed.
    """

    key = "signature"

    def find_obstacle(self, asking: Asking) -> str:
        return needs_presence(asking)

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        obstacle = self.find_obstacle(asking)
        if obstacle:
            raise InvalidInput("how", obstacle)
        how = given.get("how", "")
        bound = {
            "how": how,
            "bound_to": asking.request.terms_hash,
            "language": asking.request.language,
        }
        if how == "typed":
            typed = clean_text(given.get("typed", ""))
            if not typed or len(typed) > LONGEST_TYPED:
                raise InvalidInput("typed", _("Ask the person to type their name"))
            return Confirmed(Evidence(way=self.key), {**bound, "typed": typed})
        if how == "drawn":
            picture = draw_strokes(read_strokes(given.get("strokes", "")))
        elif how == "picture":
            picture = read_picture(decode_upload(given.get("picture", ""), "picture"), "picture")
        else:
            raise InvalidInput("how", _("Select how the person signs"))
        return Confirmed(
            Evidence(way=self.key, is_drawn=True),
            bound,
            attachment=Attachment(
                "signature",
                picture.content,
                picture.media_type,
                picture.likeness,
                find_traces(picture),
                picture.quarters,
                field="how" if how == "drawn" else "picture",
            ),
        )
