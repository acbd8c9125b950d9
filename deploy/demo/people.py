"""Made-up people for the demo journey and for load tests. None of them exists."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

DISTRICTS = (
    *("Reteh", "Enok", "Kuala Indragiri", "Tembilahan", "Tempuling", "Gaung Anak Serka", "Mandah"),
    *("Kateman", "Keritang", "Tanah Merah", "Batang Tuaka", "Gaung", "Tembilahan Hulu", "Kemuning"),
    *("Pelangiran", "Teluk Belengkong", "Pulau Burung", "Concong", "Kempas", "Sungai Batang"),
)
GIVEN_NAMES = {
    "L": ("Andika", "Bayu", "Dedi", "Fajar", "Hendra", "Iqbal", "Joko", "Rahmat", "Rizky", "Yoga"),
    "P": ("Ayu", "Citra", "Dewi", "Fitri", "Intan", "Lestari", "Maya", "Putri", "Rina", "Sari"),
}
SECOND_NAMES = {
    "L": ("Adi", "Alfian", "Eka", "Gilang", "Ilham", "Maulana", "Nanda", "Surya"),
    "P": ("Amelia", "Anggraini", "Cahya", "Indah", "Kartika", "Melati", "Ningsih", "Wulan"),
}
FAMILY_NAMES = (
    *("Contohwan", "Hidayat", "Kurniawan", "Nasution", "Pratama", "Ramadhan", "Saputra"),
    *("Setiawan", "Siregar", "Syahputra", "Wijaya", "Yusuf"),
)
BIRTH_PLACES = ("Tembilahan", "Pekanbaru", "Rengat", "Sungai Guntung", "Pulau Kijang", "Enok")
STREETS = ("Contoh", "Melati Contoh", "Sungai Contoh", "Pelabuhan Contoh", "Kelapa Contoh")
RELIGIONS = ("islam", "islam", "islam", "protestant", "catholic", "buddhist", "hindu", "confucian")
MARITAL_STATUSES = ("single", "single", "single", "married", "divorced", "widowed")
FIRST_BIRTH = date(1985, 1, 1)
BIRTH_SPAN_DAYS = 22 * 365  # the youngest are born in 2006
WOMAN = 40  # added to the day of birth in a NIK


@dataclass(frozen=True, slots=True)
class SamplePerson:
    nik: str
    full_name: str
    birth_place: str
    birth_date: date
    sex: str  # L or P
    address: str
    religion: str  # code, as in the form
    marital_status: str  # code, as in the form


def sample_people(count: int, seed: int) -> list[SamplePerson]:
    """The same people for the same seed; every NIK is well-formed and occurs once."""
    dice = random.Random(seed)  # noqa: S311  nothing secret
    serials: Counter[str] = Counter()
    return [_person(dice, serials) for _ in range(count)]


def _person(dice: random.Random, serials: Counter[str]) -> SamplePerson:
    sex = dice.choice("LP")
    district = dice.randrange(len(DISTRICTS))
    born = FIRST_BIRTH + timedelta(days=dice.randrange(BIRTH_SPAN_DAYS))
    day = born.day + (WOMAN if sex == "P" else 0)
    stem = f"1404{district + 1:02d}{day:02d}{born:%m%y}"
    serials[stem] += 1
    names = (dice.choice(GIVEN_NAMES[sex]), dice.choice(SECOND_NAMES[sex]))
    street, number = dice.choice(STREETS), dice.randint(1, 99)
    unit = f"RT {dice.randint(1, 9):03d} RW {dice.randint(1, 5):03d}"
    return SamplePerson(
        nik=f"{stem}{serials[stem]:04d}",
        full_name=" ".join((*names, dice.choice(FAMILY_NAMES))),
        birth_place=dice.choice(BIRTH_PLACES),
        birth_date=born,
        sex=sex,
        address=f"Jl. {street} No. {number}, {unit}, {DISTRICTS[district]}",
        religion=dice.choice(RELIGIONS),
        marital_status=dice.choice(MARITAL_STATUSES),
    )
