"""The way of saying yes online (C12): where a link may go, what it proves, and its use, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.consent import queries as consents
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.rules import check_carries
from assistedaccess.consent.rules_strength import Evidence
from assistedaccess.consent.terms import terms_of
from assistedaccess.consent.ways import Asking, Confirmed, NotConfirmed, Way, weigh
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person
from assistedaccess.people.queries_own_points import OwnPoint, list_own_points
from assistedaccess.people.rules_routes import PointKind

from .models_online import OnlineAsk

WAY = "online"


@dataclass(frozen=True)
class OnlinePoint(OwnPoint):
    """A number or an e-mail address to which a link may go."""

    @property
    def hint(self) -> str:
        """As far as a desk may show it: the person knows the rest."""
        if self.kind == PointKind.EMAIL:
            name, _at, host = self.value.partition("@")
            return f"{name[:1]}…@{host}"
        return _("ending in %(digits)s", digits=self.value[-3:])

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            way=WAY,
            contact_by_helper=self.by_helper,
            contact_is_new=self.is_new,
            contact_is_shared=self.is_shared,
        )


def list_points(actor: Actor, person: Person) -> list[OnlinePoint]:
    """The person's own numbers and e-mail addresses that are safe, best first; none where contact
    is not. Not what the helper declared as their own (SCENARIOS, A27)."""
    kinds = (PointKind.MOBILE, PointKind.EMAIL)
    return [OnlinePoint(**vars(point)) for point in list_own_points(actor, person, kinds, most=10)]


def check_point_carries(point: OnlinePoint, person: Person, request: ConsentRequest) -> None:
    """Raise ConsentTooWeak where a yes by this way could not carry what is asked."""
    carries = weigh(point.evidence, person, request)
    check_carries(consents.get_policy(), terms_of(request).powers, carries)


class OnlineWay(Way):
    """The person read it at home and said yes there; the helper cannot choose it for them."""

    key = WAY

    def find_obstacle(self, asking: Asking) -> str:
        return _("Send the person a link from the page with the words: they say yes there.")

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        ask = (
            get_session()
            .scalars(
                select(OnlineAsk)
                .where(
                    OnlineAsk.request_id == asking.request.id,
                    OnlineAsk.accepted_at.is_not(None),
                    OnlineAsk.used_at.is_(None),
                )
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            .one_or_none()
        )
        if ask is None:
            record(
                Action.CONSENT_CODE_FAILED,
                actor=asking.actor,
                person_id=asking.person.id,
                subject=("consent", asking.request.id),
                reason="no_yes_online",
            )
            return NotConfirmed("", _("The person has not said yes online."))
        ask.used_at = clock.now()
        return Confirmed(
            Evidence(
                way=WAY,
                contact_by_helper=ask.by_helper,
                contact_is_new=ask.is_new,
                contact_is_shared=ask.is_shared,
            ),
            {"said": "online"},
            contact_point_id=ask.contact_point_id,
        )
