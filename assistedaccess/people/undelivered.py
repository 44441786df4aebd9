"""What is tried when every try to reach a person by one way has failed: the next best way."""

from __future__ import annotations

from dataclasses import replace

from assistedaccess.notices.rules import FOR_ONE_ADDRESS, FOR_ONE_READER, Channel
from assistedaccess.notices.sending import NoticeUndelivered
from assistedaccess.notices.service import reroute_notice

from .routes import choose_other_route


def try_other_route(event: NoticeUndelivered) -> None:
    """Queue the notice again by another route; without one it waits to be told in person.

    A code that was texted stays undelivered: by another way it would prove an address that it never
    went to. The desk sees so, and sends a new one.
    """
    if event.kind in FOR_ONE_ADDRESS - FOR_ONE_READER:
        return
    route = choose_other_route(
        event.person_id, human_id=event.queued_by_human_id, failed=event.contact_point_id
    )
    if event.is_rerouted or event.kind in FOR_ONE_READER:
        # Two ways have failed, or it may go nowhere else: it is told at the next visit.
        route = replace(route, channel=str(Channel.IN_PERSON), contact_point_id=None, address=None)
    if route.channel != Channel.NONE:
        reroute_notice(notice_id=event.notice_id, route=route)
