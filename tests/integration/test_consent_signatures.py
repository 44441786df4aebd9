"""The person signs: on the screen, on paper or with the keyboard; and copies that are refused."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from assistedaccess.consent import queries
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.models_evidence import ConsentPicture
from assistedaccess.consent.pictures_kept import PictureSeenBefore
from assistedaccess.consent.rules import ConsentTooWeak
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import consent as make
from tests.factories import people
from tests.factories import ways as way
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")
PAY = {"powers": ["see", "pay"]}


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def scene():
    """Somebody whom a colleague registered yesterday, with a mobile."""
    hand = Hand()
    with clock.set_clock(hand):
        made = make.make_scene()
        hand.move(days=1)
        yield made


@pytest.fixture
def asked(scene):
    return way.ready(scene.helper, scene.person_id)


def refuse(scene, request_id, key: str, field: str, **given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        way.confirm(scene.helper, request_id, key, **given)
    assert (refused.value.field, bool(refused.value.words)) == (field, True)
    assert count(Consent) == 0


def test_the_same_strokes_or_picture_confirm_once_whoever_they_are_said_to_be_of(scene) -> None:
    for how, given in (
        ("drawn", {"strokes": way.strokes()}),
        ("picture", {"picture": way.photograph(3)}),
    ):
        first = way.ready(scene.helper, scene.person_id)
        assert way.confirm(scene.helper, first, "signature", how=how, **given) == "yes"
        assert make.get_consent(first).strength == "standard"
        other = people.make_person(scene.colleague, f"Other {how.title()}")
        second = way.ready(scene.helper, other)
        with pytest.raises(PictureSeenBefore):
            way.confirm(scene.helper, second, "signature", how=how, **given)
    assert count(Consent) == 2
    assert count(ConsentPicture) == 2


def scrawl(wave: int = 0, *, moved: int = 0) -> str:
    """What a real pen leaves, in 60 points; ``moved``: how far its 30th was moved afterwards."""
    points = [[20 + 9 * n, 100 + (7 * n * (n + wave)) % 90] for n in range(60)]
    points[30][1] += moved
    return json.dumps([points])


def photographed(wave: int = 0, *, changed: bool = False) -> str:
    """A photograph of a signature; ``changed``: one pixel of it was painted over."""
    image = Image.new("RGB", (300, 200), "white")
    points = [(20 + 9 * n, 30 + (7 * n * (n + wave)) % 130) for n in range(30)]
    ImageDraw.Draw(image).line(points, fill="black", width=6)
    if changed:
        image.putpixel((150, 100), (128, 128, 128))
        image.putpixel((151, 100), (0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("how", "field", "kept", "copied", "anew"),
    [
        ("drawn", "strokes", scrawl(), scrawl(moved=1), scrawl(1)),
        ("picture", "picture", photographed(), photographed(changed=True), photographed(1)),
    ],
)
def test_a_copy_with_one_point_changed_is_refused_and_a_new_signature_taken(
    scene, how: str, field: str, kept: str, copied: str, anew: str
) -> None:
    first, second = (way.ready(scene.helper, scene.person_id) for _ in range(2))
    assert way.confirm(scene.helper, first, "signature", how=how, **{field: kept}) == "yes"
    with pytest.raises(PictureSeenBefore, match="the very same"):
        way.confirm(scene.helper, second, "signature", how=how, **{field: copied})
    assert way.confirm(scene.helper, second, "signature", how=how, **{field: anew}) == "yes"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"how": "drawn"}, "how"),
        ({"how": "drawn", "strokes": "<script>"}, "how"),
        ({"how": "picture"}, "picture"),
        ({"how": "picture", "picture": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="}, "picture"),
        ({"how": "picture", "picture": "not base64"}, "picture"),
        ({"how": "typed"}, "typed"),
        ({"how": "stamp"}, "how"),
    ],
)
def test_what_is_no_signature(scene, asked, given: dict[str, str], field: str) -> None:
    refuse(scene, asked, "signature", field, **given)
    assert count(ConsentPicture) == 0


def test_a_typed_name_carries_no_money(scene) -> None:
    request_id = way.ready(scene.helper, scene.person_id, **PAY)

    def read_in_welsh() -> None:
        get_session().get_one(ConsentRequest, request_id).language = "cy"

    run_transaction(read_in_welsh)
    with pytest.raises(ConsentTooWeak):
        way.confirm(scene.helper, request_id, "signature", how="typed", typed="Ada Lovelace")
    drawn = {"how": "drawn", "strokes": way.strokes(9)}
    assert way.confirm(scene.helper, request_id, "signature", **drawn) == "yes"
    with reading() as session:
        picture = session.scalars(select(ConsentPicture)).one()
    consent = make.get_consent(request_id)
    assert (picture.terms_hash, picture.language) == (consent.terms_hash, "cy")
    with reading():
        kept = queries.unseal_json(scene.person_id, "consent.evidence", consent.evidence)
    assert (kept["bound_to"], kept["language"]) == (consent.terms_hash, "cy")
    assert b"PNG" not in picture.content
    assert list_events("consent_picture.kept")


@pytest.mark.parametrize("key", ["signature", "voucher", "paper", "home_visit"])
def test_who_is_on_the_telephone_cannot_confirm_what_needs_them_there(scene, key: str) -> None:
    request_id = way.ready(scene.helper, scene.person_id, channel="telephone")
    given = {**way.VOUCHER, "how": "drawn", "strokes": way.strokes(), "sign": "mark"}
    with pytest.raises(InvalidInput):
        way.confirm(scene.helper, request_id, key, **given)
