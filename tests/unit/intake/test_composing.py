"""From pages at rest to the event: nothing lost, nothing readable, old pages still open."""

from __future__ import annotations

import base64
import os
from datetime import date
from typing import Any

from services.intake.answers import carry_over, keep_page, open_page
from services.intake.composing import compose_answers
from services.intake.drafts import told_by
from services.intake.forms import ANSWER_PAGES, form_of, parse_page, sending
from services.intake.forms.fields import Known, Reading
from services.intake.forms.identity import said_by_nik
from services.intake.forms.parsing import parse
from shared.contracts.applications import Consents
from shared.office import load_office
from shared.sealed import KeyRing, PurposeKeys, field_context
from tests.unit.intake import answers_example

TODAY = answers_example.EXAMPLE_DAY
OFFICE = load_office()
WHATSAPP = Known(has_whatsapp=True)
MINORS = OFFICE.model_copy(
    update={"applicant": OFFICE.applicant.model_copy(update={"allow_minor_with_guardian": True})}
)
KEYS = KeyRing(
    {
        purpose: PurposeKeys(current="1", keys={"1": base64.b64encode(os.urandom(32)).decode()})
        for purpose in ("identity", "contact", "special")
    }
)
ID = "0193aaaa-0000-7000-8000-000000000001"
OTHER_ID = "0193aaaa-0000-7000-8000-000000000009"
GUARDIAN = {
    "birth_date": "2009-08-27",
    "guardian_name": "Contoh Ibu",
    "guardian_relation": "parent",
    "guardian_mobile": "081200000009",
    "guardian_consent": True,
}


def kept(changes: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    pages = {}
    for page_id in ANSWER_PAGES:
        values = {**answers_example.PAGES[page_id], **(changes or {}).get(page_id, {})}
        parsed = parse_page(page_id, form_of(values), TODAY, MINORS)
        assert not parsed.errors
        pages[page_id] = keep_page(KEYS, ID, page_id, parsed.values)
    agreed = parse(sending.PAGE, form_of(answers_example.AGREED), Reading(TODAY, OFFICE, WHATSAPP))
    return pages | {"review": keep_page(KEYS, ID, "review", agreed.values)}


def test_an_officer_alone_may_note_that_there_is_no_telephone() -> None:
    none = {"has_mobile": False, "mobile": None, "mobile_has_whatsapp": None}
    form = form_of(answers_example.PAGES["contact"] | none)
    assert set(parse_page("contact", form, TODAY, OFFICE).errors) == {
        "mobile",
        "mobile_has_whatsapp",
    }
    parsed = parse_page("contact", form, TODAY, OFFICE, Known(may_lack_mobile=True))
    assert not parsed.errors
    pages = kept() | {"contact": keep_page(KEYS, ID, "contact", parsed.values)}
    contact = compose_answers(pages, OFFICE).contact
    assert (contact.mobile, contact.mobile_has_whatsapp) == (None, False)
    assert contact.email is not None
    assert contact.preferred_channel == "email"
    assert told_by(pages).may_lack_mobile  # noted once: at home it stays so


def test_every_answer_is_in_the_event_and_the_sensitive_ones_are_sealed() -> None:
    pages = kept()
    answers = compose_answers(pages, OFFICE)
    for secret in ("1404051203150001", "3000000", "1404056708010002", "+6281200000001"):
        assert secret not in str(pages)
        assert secret not in answers.model_dump_json()
    assert answers.person.family_card_number is not None
    assert answers.preferences.wage is not None
    wage = KEYS.open("identity", answers.preferences.wage, field_context(ID, "wage"))
    assert wage == "3000000"
    assert (answers.person.height_cm, answers.person.weight_kg) == (158, 52)
    assert answers.guardian is None
    school = answers.education[0]
    assert (school.year_in, school.grade_score) == (2016, 78.4)
    assert school.diploma_number == "M-SMK/K13-3/0000001"
    assert answers.skills[0].provider == "LKP Contoh"
    assert [each.level for each in answers.languages] == ["fluent", None]
    assert answers.languages[1].other_name == "Banjar"
    assert answers.experience[0].duration_months == 26
    first, second = answers.preferences.wanted
    assert (first.occupation_code, first.occupation_scheme) == ("4110", "kbji_2026")
    assert (first.industry_code, first.industry_scheme) == ("O", "kbli_2020")
    assert second.industry_scheme is None
    assert (second.text, second.occupation_scheme) == ("Kasir", None)
    assert answers.preferences.occupations == ("Staf administrasi", "Kasir")
    assert answers.preferences.target_employer is not None
    assert answers.consents is not None
    assert answers.consents.matching
    assert answers.consents.reminders_whatsapp
    assert not answers.consents.publication


def test_a_minor_needs_a_guardian_where_the_office_allows_it() -> None:
    values = {**answers_example.PAGES["identity"], "birth_date": "2009-08-27"}
    refused = parse_page("identity", form_of(values), TODAY, OFFICE)
    assert set(refused.errors) == {"birth_date"}
    asked = parse_page("identity", form_of(values), TODAY, MINORS)
    assert set(asked.errors) == {
        *("guardian_name", "guardian_relation", "guardian_mobile", "guardian_consent")
    }
    answers = compose_answers(kept({"identity": GUARDIAN}), MINORS)
    assert answers.guardian is not None
    mobile = KEYS.open("contact", answers.guardian.mobile, field_context(ID, "guardian_mobile"))
    assert mobile == "+6281200000009"
    too_young = parse_page(
        "identity", form_of({**values, "birth_date": "2012-08-27"}), TODAY, MINORS
    )
    assert "15 tahun" in too_young.errors["birth_date"]


def test_a_guardian_is_not_kept_of_an_adult() -> None:
    grown = kept({"identity": {**GUARDIAN, "birth_date": "2001-08-27"}})
    assert "Contoh Ibu" not in str(grown)
    assert compose_answers(grown, MINORS).guardian is None


def test_an_address_names_its_province_wherever_it_is() -> None:
    elsewhere = {
        "ktp_in_regency": False,
        "ktp_province_code": "13",
        "ktp_regency_name": "Kota Padang",
        "ktp_subdistrict_name": "Koto Tangah",
        "ktp_village_name": "Lubuk Buaya",
    }
    pages = kept({"contact": elsewhere})
    answers = compose_answers(pages, OFFICE)
    assert (answers.ktp_address.province_code, answers.ktp_address.regency_code) == ("13", "")
    assert answers.ktp_address.province_name == "Sumatera Barat"
    home = compose_answers(kept(), OFFICE).ktp_address
    assert (home.province_code, home.province_name, home.regency_code) == ("14", "Riau", "14.04")
    del pages["contact"]["values"]["ktp_province_code"]  # kept before it was asked
    assert compose_answers(pages, OFFICE).ktp_address.province_name is None


def test_an_office_may_serve_its_own_regency_alone() -> None:
    strict = OFFICE.model_copy(
        update={"applicant": OFFICE.applicant.model_copy(update={"outside_domicile": False})}
    )
    elsewhere = {
        **answers_example.PAGES["contact"],
        "ktp_in_regency": False,
        "ktp_province_code": "14",
        "ktp_regency_name": "Kota Pekanbaru",
        "ktp_subdistrict_name": "Sail",
        "ktp_village_name": "Cinta Raja",
    }
    assert not parse_page("contact", form_of(elsewhere), TODAY, OFFICE).errors
    refused = parse_page("contact", form_of(elsewhere), TODAY, strict)
    assert "Daftar di kantor tenaga kerja" in refused.errors["ktp_in_regency"]


_NEW = {
    "identity": ("family_card_number", "height_cm", "weight_kg", "is_minor", "guardian_name"),
    "skills": ("language_level_id", "language_level_other"),
    "preferences": ("wage", "occupation_code_1", "industry_1"),
}


def test_pages_kept_before_a_field_existed_still_open_and_can_be_sent() -> None:
    pages = kept()
    agreed = pages.pop("review")["values"]
    pages["preferences"]["values"] |= {name: agreed[name] for name in agreed if "consent" in name}
    for page_id, names in _NEW.items():
        for name in names:
            pages[page_id]["values"].pop(name)
    for row in pages["education"]["values"]["education"]:
        del row["year_in"], row["grade_score"], row["diploma_number"]
    for page_id in ANSWER_PAGES:
        values = open_page(KEYS, ID, page_id, pages[page_id])
        assert not parse_page(page_id, form_of(values), TODAY, OFFICE).errors
    answers = compose_answers(pages, OFFICE)
    assert answers.preferences.wage is None
    assert answers.preferences.wanted[0].text == "Staf administrasi"
    assert answers.consents == Consents(matching=True, reminders_whatsapp=True)


def test_nothing_is_agreed_to_unless_ticked_and_no_more_than_was_asked() -> None:
    def agreed(known: Known, **form: bool) -> Any:
        return parse(sending.PAGE, form_of(form), Reading(TODAY, OFFICE, known))

    silent = agreed(WHATSAPP, declaration=True)
    assert not silent.errors
    assert not silent.values["consent_reminders_whatsapp"]
    assert not silent.values["consent_publication"]
    without = agreed(Known(has_whatsapp=False), declaration=True, consent_reminders_whatsapp=True)
    assert without.values["consent_reminders_whatsapp"] is None
    assert set(agreed(WHATSAPP, consent_publication=True).errors) == {"declaration"}


def test_pages_carried_over_open_for_the_new_application_alone() -> None:
    pages = kept()
    del pages["review"]  # to be agreed to anew
    copied = carry_over(KEYS, ID, OTHER_ID, pages)
    for page_id in ANSWER_PAGES:
        assert open_page(KEYS, OTHER_ID, page_id, copied[page_id]) == open_page(
            KEYS, ID, page_id, pages[page_id]
        )
    assert copied["identity"]["values"]["nik"] != pages["identity"]["values"]["nik"]


def test_what_the_nik_tells_is_proposed() -> None:
    assert said_by_nik("1404056708010002", date(2026, 11, 24)) == {
        "birth_date": "2001-08-27",
        "sex": "P",
    }
