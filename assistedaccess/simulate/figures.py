"""The numbers that a town is made of, each with where it comes from.

*Assumed* means that no public figure was found for people who are helped to use digital services;
the number is a guess that makes the town neither empty nor easy (docs/measure.md).
"""

from __future__ import annotations

# What the measure asks for: a year of one town.
PEOPLE = 25_000
WEEKS = 52
HELPERS_A_PERSON = 900 / PEOPLE
ORGANISATIONS_A_PERSON = 60 / PEOPLE
ACTS_A_PERSON_WEEK = 150_000 / (PEOPLE * WEEKS)
LOOKALIKES = 200
"""At least so many of each honest look-alike in a year of the full town."""

HELPER_KINDS = {"staff": 0.37, "volunteer": 0.28, "family": 0.31, "corporate": 0.04}  # assumed
VISITS_SHARE = {"staff": 0.69, "volunteer": 0.22, "family": 0.04, "corporate": 0.05}  # assumed
HEAVY_TAIL = 0.8
"""Sigma of the lognormal of how busy a helper is; assumed: the busiest tenth does four tenths."""

HOUSEHOLD_SIZES = {1: 0.44, 2: 0.34, 3: 0.11, 4: 0.08, 5: 0.03}
"""Of households; near the average of 2.36 people that the Office for National Statistics gives for
2023, with more people alone, since older people are helped more (assumed)."""
IN_CARE_HOME = 0.035
"""Census 2021: 2.5 % of people of 65 and over in England and Wales; helped more often, assumed."""
IN_HOSTEL = 0.01  # assumed
OTHER_LANGUAGE = 0.12
"""Census 2021: 8.9 % in England and Wales have another main language; helped more often."""
NO_PHONE = 0.10  # assumed; Ofcom counts 2 to 6 % of adults, more among the oldest
NO_ID = 0.09
"""Cabinet Office 2021: 4 % have no photo ID that still looks like them; more among those helped."""
DEATHS_A_YEAR = 0.018  # ONS: about 1 % of all; older people are helped more (assumed)
DEATH_KNOWN_AFTER_DAYS = 24.0  # mean of an exponential; Tell Us Once is often used within weeks
SAME_NAME_AND_BIRTHDAY = 0.002  # assumed
ALSO_A_HELPER = 0.004  # assumed
NOTABLE = 0.0015  # assumed

SHARES_PHONE = 0.35  # in a household; assumed
SHARES_ACCOUNT = 0.30
"""Of couples who are helped; surveys of joint accounts lie on both sides of this."""
SHARES_SURNAME = 0.75  # assumed

NAME_CHECK = {"match": 0.90, "close": 0.07, "none": 0.03}
"""Of an honest account; Confirmation of Payee answers so in this order, the shares are assumed."""
MISSING = 0.02
"""Of each field that somebody may leave out; assumed."""
CLOCK_WRONG = 0.01
"""Of claimed times: an hour or a day beside the truth; assumed."""
TYPO = 0.02  # assumed

SAYS_YES = 0.12  # of notices of risky acts that nobody had to answer; assumed
SAYS_NO_BY_MISTAKE = 0.0015  # assumed: confused, or had forgotten
VICTIM_SAYS_NO = 0.22
"""Of notices of a risky abusive act. 43 % of occupational fraud is found by a tip (ACFE 2024), and
42 % of victims of economic abuse told nobody; a scheme has several notices."""
ANSWER_DAYS = 4.0  # mean of an exponential; assumed

CASE_NOT_WRITTEN = 0.05  # of reasons for an honest look; assumed
CAREFUL = 0.4  # of schemes; asked for: each scheme has a careful variant
