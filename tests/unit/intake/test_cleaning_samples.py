"""The sample documents of the demo and the load tests are accepted, and have the size asked for."""

from datetime import date

import pytest

from deploy.demo import drawing
from services.intake.cleaning import clean
from shared.nik import parse_nik

MAN, WOMAN = (
    next(person for person in drawing.sample_people(20, seed=3) if person.sex == sex)
    for sex in "LP"
)


@pytest.mark.parametrize("person", [MAN, WOMAN])
def test_documents_pass(person: drawing.SamplePerson) -> None:
    for data in (drawing.identity_card(person), drawing.blurred_identity_card(person)):
        assert clean(data, "ktp.jpg", False).pages[0].width == 1600
    assert len(clean(drawing.diploma(person), "ijazah.pdf", False).pages) == 1
    photo = clean(drawing.portrait(int(person.nik), sex=person.sex), "foto.jpg", True).pages[0]
    assert (photo.width, photo.height) == (675, 900)


def test_size_can_be_asked_for() -> None:
    for data in (
        drawing.identity_card(MAN, 400),
        drawing.diploma(MAN, 400),
        drawing.portrait(5, 350),
        drawing.blurred_identity_card(MAN, 300),
    ):
        assert 300_000 * 0.9 < len(data) < 450_000


def test_people_are_well_formed_and_unique() -> None:
    people = drawing.sample_people(3000, seed=1)
    assert people == drawing.sample_people(3000, seed=1)
    assert len({person.nik for person in people}) == 3000
    for person in people:
        nik = parse_nik(person.nik, date(2026, 10, 1))
        assert (nik.birth_date, nik.sex) == (person.birth_date, person.sex)
