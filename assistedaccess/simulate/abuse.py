"""How much abuse there is, of which kinds, and when it begins."""

from __future__ import annotations

from collections.abc import Callable

from assistedaccess.safeguards.facts_world import DAY

from . import schemes_consent as consent
from . import schemes_identity as identity
from . import schemes_looking as looking
from . import schemes_payee as payee
from . import schemes_power as power
from .figures import CAREFUL
from .schemes import Plot, find_crook
from .town import BEGIN
from .year import Scheme, Year

ROWS: dict[str, Callable[[Plot], None]] = {
    **{"A01": payee.a01, "A02": payee.a02, "A03": payee.a03, "A05": payee.a05},
    **{"A06": payee.a06, "A07": payee.a07, "A08": payee.a08},
    **{"A10": identity.a10, "A12": identity.a12, "A13": identity.a13},
    **{"A15": identity.a15, "A16": identity.a16},
    **{"A17": consent.a17, "A18": consent.a18, "A19": consent.a19, "A20": consent.a20},
    **{"A22": consent.a22, "A23": consent.a23, "A24": consent.a24, "A25": consent.a25},
    **{"A27": consent.a27, "A29": consent.a29},
    **{"A30": looking.a30, "A31": looking.a31, "A32": looking.a32, "A33": looking.a33},
    **{"A35": looking.a35, "A36": identity.a36, "A38": power.a38, "A39": payee.a39},
    **{"A41": power.a41, "A42": power.a42, "A44": power.a44, "A45": power.a45},
    "A48": power.a48,
}
BY_WHOM: dict[str, tuple[str, ...]] = {
    "A03": ("family",),
    "A15": ("volunteer",),
    **dict.fromkeys(("A30", "A31", "A32", "A33", "A35"), ("staff",)),
    **dict.fromkeys(("A38", "A41", "A42", "A44", "A45", "A48"), ("staff",)),
}
ROLES = {"A45": "administrator", "A48": "manager"}
MEAN_LENGTH = 8.0
"""Acts and looks of a scheme, as the makers come out on average; only to reach the rate."""


def plan_abuse(year: Year) -> None:
    """As many schemes as make the rate of acts, every row in turn, in a drawn order."""
    town = year.town
    wanted = round(town.size.rate * town.size.acts / MEAN_LENGTH)
    rows: list[str] = []
    while len(rows) < wanted:
        rows.extend(town.chance.sample(list(ROWS), len(ROWS)))
    last = max(1, town.size.weeks * 7 - 30)
    for row in rows[:wanted]:
        begins = BEGIN + town.some(min(14, last), last) * DAY
        scheme = Scheme(
            id=f"S{len(year.schemes):04d}",
            row=row,
            is_careful=town.is_so(CAREFUL),
            strength=town.chance.random(),
        )
        crook = find_crook(
            town,
            *BY_WHOM.get(row, ("staff", "volunteer")),
            role=ROLES.get(row, ""),
            at=begins,
        )
        year.schemes.append(scheme)
        ROWS[row](Plot(year, scheme, crook, begins))
