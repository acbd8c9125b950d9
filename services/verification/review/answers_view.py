"""The answers of an applicant as labelled texts, in the groups an officer compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from services.verification.review import answer_texts as texts
from services.verification.review.domain import Case, has_address
from shared import code_lists
from shared.contracts.applications import Address, Answers, Guardian
from shared.contracts.envelope import Sealed
from shared.observability import get_logger
from shared.sealed import CannotOpen, KeyRing, Purpose, field_context

Hidden = Literal["nik", "family_card_number", "disability", "wage"]
SHOWN_ON_REQUEST: tuple[Hidden, ...] = get_args(Hidden)
EMPTY = "Tidak diisi"
_UNREADABLE = "Tidak dapat dibuka. Laporkan kepada administrator."

_log = get_logger(__name__)


@dataclass(frozen=True)
class Field:
    """`shown` is what stands on the page; `value` is compared and never shown when hidden."""

    key: str
    label: str
    value: str
    shown: str
    hidden: Hidden | None = None


@dataclass(frozen=True)
class Group:
    """Fields that belong together; `item` names the group for the documents that prove it."""

    item: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class _Reader:
    """Opens the sealed fields of one application, and knows which may be shown now."""

    keys: KeyRing
    case_id: str
    revealed: frozenset[str]

    def text(self, purpose: Purpose, name: str, sealed: Sealed | None) -> str:
        """One field that does not open must not hide all others from the officer."""
        if sealed is None:
            return ""
        try:
            return self.keys.open(purpose, sealed, field_context(self.case_id, name))
        except CannotOpen as error:
            _log.error("answer.not_opened", field=name, error=str(error))
            return _UNREADABLE

    def covered(
        self,
        key: Hidden,
        label: str,
        value: str,
        shown: Callable[[str], str] = str,
        mask: Callable[[str], str] = texts.masked_number,
    ) -> Field:
        """A field that is shown on request only; nothing is hidden where nothing is."""
        if not value or value == _UNREADABLE:
            return _field(key, label, value)
        return Field(key, label, value, (shown if key in self.revealed else mask)(value), key)


def groups_of(
    keys: KeyRing, case_id: str, answers: Answers, revealed: frozenset[str] = frozenset()
) -> tuple[Group, ...]:
    """All answers; hidden fields are masked unless `revealed`."""
    reader = _Reader(keys, case_id, revealed)
    groups = (
        Group("identity", "Data diri", _identity(reader, answers)),
        Group("ktp_address", "Alamat KTP", _address("ktp_address", answers.ktp_address)),
        Group("family_card", "Kartu Keluarga", _family_card(reader, answers)),
        Group("guardian", "Wali", _guardian(reader, answers.guardian)),
        Group("education", "Pendidikan formal", _education(answers)),
        Group("domicile", "Tempat tinggal sekarang", _domicile(answers)),
        Group("contact", "Kontak", _contact(reader, answers)),
        Group("skills", "Keterampilan", _skills(answers)),
        Group("languages", "Bahasa", _languages(answers)),
        Group("experience", "Pengalaman kerja", _experience(answers)),
        Group("preferences", "Pekerjaan yang diinginkan", _preferences(reader, answers)),
        Group("consents", "Persetujuan pemohon", _consents(answers)),
    )
    return tuple(group for group in groups if group.fields)


def request_of(case: Case) -> Group:
    """What is asked for, and about which card."""
    pages = ", ".join(code_lists.FORM_PAGE.get(each, each) for each in case.correction_pages)
    fields = [_field("kind", "Jenis permohonan", code_lists.APPLICATION_KIND[case.kind])]
    if case.kind != "new":
        number = case.previous_registration_number or ""
        fields.append(_field("previous_registration_number", "Nomor kartu AK-1 lama", number))
    if case.replacement_reason is not None:
        reason = code_lists.REPLACEMENT_REASON[case.replacement_reason]
        fields.append(_field("replacement_reason", "Alasan penggantian", reason))
    if pages:
        fields.append(_field("correction_pages", "Data yang diperbaiki", pages))
    fields.append(_field("purpose", "Tujuan membuat kartu", case.purpose or ""))
    return Group("request", "Permohonan", tuple(fields))


def _identity(reader: _Reader, answers: Answers) -> tuple[Field, ...]:
    person = answers.person
    nik = reader.text("identity", "nik", person.nik)
    disability = reader.text("special", "disability", person.disability)
    religion = code_lists.RELIGION[person.religion]
    marital_status = code_lists.MARITAL_STATUS[person.marital_status]
    return (
        reader.covered("nik", "NIK", nik),
        _field("full_name", "Nama lengkap", person.full_name),
        _field("birth_place", "Tempat lahir", person.birth_place),
        _field("birth_date", "Tanggal lahir", texts.birth(person.birth_date)),
        _field("sex", "Jenis kelamin", code_lists.SEX[person.sex]),
        _field("religion", "Agama", religion),
        _field("marital_status", "Status perkawinan", marital_status),
        _field("body", "Tinggi dan berat badan", texts.body(person)),
        reader.covered(
            "disability",
            "Kondisi disabilitas",
            disability,
            texts.disability,
            texts.covered,
        ),
    )


def _address(key: str, address: Address) -> tuple[Field, ...]:
    return (
        _field(f"{key}.street", "Alamat", texts.street(address)),
        _field(f"{key}.village", "Desa/kelurahan", address.village_name),
        _field(f"{key}.subdistrict", "Kecamatan", address.subdistrict_name),
        _field(f"{key}.regency", "Kabupaten/kota", texts.regency(address)),
    )


def _family_card(reader: _Reader, answers: Answers) -> tuple[Field, ...]:
    number = reader.text("identity", "family_card_number", answers.person.family_card_number)
    return (reader.covered("family_card_number", "Nomor KK", number),)


def _guardian(reader: _Reader, guardian: Guardian | None) -> tuple[Field, ...]:
    if guardian is None:
        return ()
    mobile = reader.text("contact", "guardian_mobile", guardian.mobile)
    return (
        _field("guardian.name", "Nama wali", guardian.name),
        _field("guardian.relation", "Hubungan", code_lists.GUARDIAN_RELATION[guardian.relation]),
        _field("guardian.mobile", "Nomor HP wali", mobile),
    )


def _domicile(answers: Answers) -> tuple[Field, ...]:
    if answers.domicile_same_as_ktp:
        return (_field("domicile.same", "Alamat", "Sama dengan alamat KTP"),)
    return _address("domicile", answers.domicile_address)


def _contact(reader: _Reader, answers: Answers) -> tuple[Field, ...]:
    contact = answers.contact
    mobile = reader.text("contact", "mobile", contact.mobile) or "Tidak punya nomor HP"
    has_whatsapp = " (WhatsApp)" if contact.mobile_has_whatsapp else ""
    channel = code_lists.CONTACT_CHANNEL[contact.preferred_channel]
    return (
        _field("mobile", "Nomor HP", mobile + has_whatsapp),
        _field("email", "Email", reader.text("contact", "email", contact.email)),
        _field(
            "channel", "Dihubungi lewat", channel if has_address(contact) else "Langsung, di kantor"
        ),
    )


def _education(answers: Answers) -> tuple[Field, ...]:
    return _rows("education", "Sekolah", [texts.school(each) for each in answers.education])


def _skills(answers: Answers) -> tuple[Field, ...]:
    return _rows("skills", "Keterampilan", [texts.skill(each) for each in answers.skills])


def _languages(answers: Answers) -> tuple[Field, ...]:
    languages = ", ".join(texts.language(each) for each in answers.languages)
    return (_field("languages", "Dikuasai", languages),)


def _experience(answers: Answers) -> tuple[Field, ...]:
    status = code_lists.EMPLOYMENT_STATUS[answers.employment_status]
    return (
        _field("employment_status", "Sedang bekerja?", status),
        *_rows("experience", "Pengalaman", [texts.job(each) for each in answers.experience]),
    )


def _preferences(reader: _Reader, answers: Answers) -> tuple[Field, ...]:
    wish = answers.preferences
    place = f" ({wish.location_place})" if wish.location_place else ""
    jobs = [texts.wanted(each) for each in wish.wanted] or list(wish.occupations)
    wage = reader.text("identity", "wage", wish.wage)
    employer = texts.employer(wish.target_employer) if wish.target_employer else ""
    return (
        *_rows("occupations", "Jabatan", jobs),
        _field("location", "Lokasi", code_lists.WORK_LOCATION[wish.location_scope] + place),
        reader.covered("wage", "Upah", wage, texts.wage, texts.covered),
        _field("target_employer", "Perusahaan yang dituju", employer),
    )


def _consents(answers: Answers) -> tuple[Field, ...]:
    if answers.consents is None:
        return ()
    allowed = texts.consents(answers.consents)
    return (Field("consents", "Pemohon mengizinkan", allowed, allowed or "Tidak ada"),)


def _rows(key: str, label: str, rows: list[str]) -> tuple[Field, ...]:
    if len(rows) <= 1:
        return (_field(f"{key}.0", label, rows[0] if rows else ""),)
    return tuple(
        _field(f"{key}.{number}", f"{label} {number + 1}", text) for number, text in enumerate(rows)
    )


def _field(key: str, label: str, value: str) -> Field:
    return Field(key, label, value, value or EMPTY)
