"""Sixty invented people: of every sort that a desk meets.

``birth`` is written as PartialDate writes it: full, a year and month, a year, or nothing. Phones
are from Ofcom's drama range, e-mail addresses from example.net, NI numbers begin with QQ, which is
never issued. ``at`` is the desk that registers them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the town. ``more`` are further arguments of people.register_person."""

    name: str
    birth: str = ""
    at: str = "priya@example.org"
    street: str = ""
    mobile: str = ""
    landline: str = ""
    email: str = ""
    nino: str = ""
    seen: str = ""  # identity evidence: kind
    more: dict[str, Any] = field(default_factory=dict)


TOM, BRYN, JUNE, AMARA = (
    "tom@example.org",
    "bryn@example.org",
    "june@example.org",
    "amara@example.org",
)

SPECIAL = (
    DemoPerson(
        "Ada Merriweather",
        "1938-03-27",
        street="3 Mill Lane",
        landline="01632 960501",
        nino="QQ100001A",
        seen="passport",
        more={
            "formats": ["large_print"],
            "support_needs": "Sees very little. Read everything aloud.",
        },
    ),
    DemoPerson(
        "Suharto",
        "1951",
        street="8 Canal Row",
        mobile="07700900301",
        more={"spoken_language": "id", "needs_interpreter": True},
    ),
    DemoPerson("Q", "1947-11-02", at=TOM, street="11 Canal Row"),
    DemoPerson(
        "María José de la Cruz Fernández y Álvarez de Toledo",
        "1969-08-15",
        at=AMARA,
        street="2 Market Place",
        mobile="07700900302",
        email="maria@example.net",
        more={"spoken_language": "es"},
    ),
    DemoPerson(
        "王秀英",
        "1944-01",
        at=JUNE,
        street="19 Chapel Street",
        more={"spoken_language": "zh", "needs_interpreter": True},
    ),
    DemoPerson(
        "Оксана Коваленко",
        "1988-05-30",
        at=AMARA,
        mobile="07700900303",
        more={"housing": "no_fixed_address", "spoken_language": "uk"},
    ),
    DemoPerson(
        "محمد حسين الفارسي",
        "1976",
        at=AMARA,
        street="40 Eastgate",
        mobile="07700900304",
        more={"spoken_language": "ar", "needs_interpreter": True},
    ),
    DemoPerson(
        "Siân ap Rhys-Wyn",
        "1959-02-28",
        at=BRYN,
        street="5 Chapel Street",
        mobile="07700900305",
        more={"language": "cy", "spoken_language": "cy", "nation": "wales"},
    ),
    DemoPerson(
        "Danny",
        "",
        at=AMARA,
        more={"housing": "no_fixed_address", "known_as": "Danny from the bridge"},
    ),
    DemoPerson(
        "John Smith", "1960-06-01", street="21 Mill Lane", mobile="07700900306", nino="QQ100002B"
    ),
    DemoPerson(
        "John Smith",
        "1960-06-01",
        at=TOM,
        street="77 Eastgate",
        mobile="07700900307",
        nino="QQ100003C",
    ),
    DemoPerson(
        "Maximiliana-Theodolinda Wilhelmina Anastasia Bartholomea Constantia Desideria Evangelina "
        "Frederica Gwendolina Hildegarda Isabellina Josephina Katharina Leopoldina "
        "Vanderhoogstraten-Featherstonehaugh",
        "1949-09-09",
        at=JUNE,
        street="1 Long Row",
    ),
    DemoPerson(
        "Leila Haddad",
        "1991-12-12",
        at=AMARA,
        mobile="07700900308",
        street="9 Orchard Close",
        more={
            "hides_address": True,
            "contact_is_unsafe": True,
            "no_paper_at_home": True,
            "no_messages_left": True,
            "safe_words": "Speak to her alone. Never ring the home.",
        },
    ),
    DemoPerson(
        "Winston Clarke",
        "1936",
        at=BRYN,
        street="12 Almshouse Yard",
        landline="01632 960502",
        more={
            "hearing": ["hard_of_hearing"],
            "support_needs": "Did not learn to read. Proud: ask quietly.",
        },
    ),
    DemoPerson(
        "Bridget O'Hara-Nkemelu",
        "1955-04-10",
        at=BRYN,
        street="14 Almshouse Yard",
        more={"formats": ["braille"], "support_needs": "Blind. Brings a guide dog."},
    ),
    DemoPerson(
        "Gareth Hughes",
        "1972-10-25",
        at=JUNE,
        street="6 Station Road",
        mobile="07700900309",
        more={"hearing": ["deaf", "sign_language"], "formats": ["easy_read"]},
    ),
    DemoPerson(
        "Ngozi Eze",
        "2001-01-01",
        at=AMARA,
        street="31 Station Road",
        mobile="07700900310",
        email="ngozi@example.net",
        seen="passport",
    ),
    DemoPerson(
        "Edith Pemberton",
        "1930-07-19",
        at=AMARA,
        street="2 The Green",
        landline="01632 960503",
        nino="QQ100004D",
        seen="known_here",
        more={"support_needs": "Her neighbour's daughter Carol helps her with letters."},
    ),
    DemoPerson(
        "Arthur Pemberton",
        "1929",
        at=AMARA,
        street="2 The Green",
        landline="01632 960503",
        more={"support_needs": "Forgets names. Decides for himself, with time."},
    ),
    DemoPerson(
        "Tariq Mahmood", "1983-03-03", at=TOM, street="55 Eastgate", email="tariq@example.net"
    ),
    DemoPerson(
        "Blessing", "1995", at=AMARA, more={"housing": "no_fixed_address", "spoken_language": "en"}
    ),
    DemoPerson(
        "Joyce Abernathy",
        "1941-05-05",
        street="3 Rose Court, Rose Court Care Home",
        landline="01632 960504",
        more={"support_needs": "Lives in a care home."},
    ),
    DemoPerson(
        "Harold Finch",
        "1940-02-29",
        street="8 Rose Court, Rose Court Care Home",
        landline="01632 960504",
    ),
    DemoPerson(
        "Nguyễn Thị Hoa",
        "1966-09-14",
        at=JUNE,
        street="17 Market Place",
        mobile="07700900311",
        more={"spoken_language": "vi"},
    ),
    DemoPerson(
        "Patrick Doyle",
        "1953-03-17",
        at=TOM,
        nino="QQ100005A",
        more={
            "housing": "no_fixed_address",
            "support_needs": "Sleeps in his van. Letters to the desk.",
        },
    ),
)

_STREETS = ("Mill Lane", "Canal Row", "Chapel Street", "Station Road", "Eastgate", "Orchard Close")
_ORDINARY = (
    ("Margaret Thistlewood", "1945-02-11"),
    ("Dennis Rowbottom", "1950-08-30"),
    ("Fatima Begum", "1958-01-06"),
    ("Kwame Asante", "1979-07-21"),
    ("Elaine Cartwright", "1963-10-02"),
    ("Piotr Zieliński", "1985-12-19"),
    ("Rosa Delgado", "1974-05-13"),
    ("Ivor Llewellyn", "1939-09-27"),
    ("Shirley Bottomley", "1943-04-08"),
    ("Anil Deshpande", "1968-06-16"),
    ("Yasmin Khalil", "1992-11-23"),
    ("Terence Oldroyd", "1957-03-29"),
    ("Agnieszka Nowak", "1989-02-14"),
    ("Cedric Braithwaite", "1934-12-05"),
    ("Maureen Appleyard", "1948-07-07"),
    ("Hassan Warsame", "1981"),
    ("Doreen Pickersgill", "1937-01-31"),
    ("Vikram Rathore", "1971-09-18"),
    ("Sheila Grimshaw", "1952-06-24"),
    ("Olu Adeyemi", "1986-08-04"),
    ("Beryl Hardcastle", "1933-11-11"),
    ("Zsófia Szabó", "1977-04-26"),
    ("Ronald Micklethwaite", "1946-10-15"),
    ("Amina Yusuf", "1998-03-20"),
    ("Kenneth Sugden", "1961-12-28"),
    ("Ewa Kamińska", "1983-05-09"),
    ("Gloria Mensah", "1956-02-03"),
    ("Stanley Murgatroyd", "1935-08-22"),
    ("Precious Moyo", "1993-09-01"),
    ("Hilda Barraclough", "1931-06-30"),
    ("Colin Entwistle", "1965-01-17"),
    ("Nasreen Akhtar", "1973-07-12"),
    ("Walter Greenhalgh", "1942-03-05"),
    ("Temperance Holt", "1999-10-10"),
    ("Ruby Castellano", "1954-05-21"),
)

PEOPLE = SPECIAL + tuple(
    DemoPerson(
        name,
        birth,
        at=("priya@example.org", TOM, BRYN, JUNE, AMARA)[number % 5],
        street=f"{20 + number} {_STREETS[number % len(_STREETS)]}",
        mobile=f"07700900{400 + number}" if number % 3 else "",
        landline=f"01632 9606{number:02}" if number % 3 == 0 else "",
        email=f"{name.split()[0].lower()}@example.net"
        if number % 4 == 0 and name.isascii()
        else "",
        nino=f"QQ2000{number:02}B" if number % 2 else "",
        seen=("", "official_letter", "passport", "bank_card")[number % 4],
    )
    for number, (name, birth) in enumerate(_ORDINARY)
)

LEVELS = {
    "passport": "medium",
    "official_letter": "low",
    "bank_card": "low",
    "known_here": "low",
}
"""What the desk concludes from what it has seen (GPG 45)."""
