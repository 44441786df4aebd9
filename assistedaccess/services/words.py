"""What the codes of the catalogue are called on its pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

NATION_NAMES = {
    "E": _l("England"),
    "W": _l("Wales"),
    "S": _l("Scotland"),
    "N": _l("Northern Ireland"),
}
WORDS = {
    "typed_elsewhere": _l("Typed into the service’s own website"),
    "data": _l("Sent from here"),
    "posted": _l("Printed and posted, or handed in"),
    "ordinary": _l("Ordinary"),
    "risky": _l("Much is at stake: the person is told of each step at once"),
    "immigration": _l("Only by an organisation that may give immigration advice"),
    "debt": _l("Only by an organisation that may give debt advice"),
    "": _l("Anybody may help with it"),
}
