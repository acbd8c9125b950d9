"""What the system noticed about a case (domain.md 5.12): some of it an officer must answer.

Rules that look at the application alone are kept with the case when it comes; those in `LIVE` hang
on other applications and cards and are asked afresh each time (`related.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.verification.review.domain import LIVE, Case, CaseWarning, Version
from services.verification.search.find import phone_index
from shared.clock import OFFICE_ZONE, today
from shared.contracts.applications import Answers
from shared.nik import InvalidNik, nik_warnings, parse_nik
from shared.office import Office
from shared.sealed import KeyRing, blind_index, field_context

TEXTS = {
    "nik_birth_date": "Tanggal lahir di formulir tidak sama dengan tanggal di NIK.",
    "nik_sex": "Jenis kelamin di formulir tidak sama dengan yang ada di NIK.",
    "nik_unknown": "NIK di formulir tidak dikenali.",
    "age_min": "Pemohon belum cukup umur pada hari mengirim permohonan.",
    "outside_domicile": "KTP dari luar wilayah kantor ini, dan surat keterangan domisili "
    "tidak ada.",
    "one_open_application": "NIK yang sama ada di permohonan lain.",
    "unknown_previous_card": "Nomor kartu AK-1 lama tidak ada di sistem ini. "
    "Cocokkan dengan kartu lama atau buku register.",
    "previous_card_of_another": "Kartu AK-1 dengan nomor lama ini terdaftar atas NIK lain.",
    "previous_card_replaced": "Kartu AK-1 lama ini sudah diganti kartu dengan nomor lain. "
    "Periksa nomor kartu yang terbaru.",
    "previous_card_revoked": "Kartu AK-1 lama ini sudah dicabut. Seharusnya dibuat kartu baru.",
    "previous_holder_left": "Pemegang kartu AK-1 lama ini sudah tercatat bekerja atau dihapuskan "
    "dari daftar. Seharusnya dibuat kartu baru.",
    "previous_card_expired": "Masa berlaku kartu AK-1 lama sudah habis ketika permohonan dikirim. "
    "Seharusnya dibuat kartu baru.",
}


@dataclass(frozen=True)
class CaseReader:
    """Opens NIKs, makes their blind index (only this service holds its key), knows the office."""

    keys: KeyRing
    index_key: str
    office: Office

    def index(self, digits: str) -> str:
        return blind_index(self.index_key, digits)


@dataclass(frozen=True)
class Findings:
    """Blind indexes of NIK and phone, and the rules that an officer must answer."""

    nik_index: str
    phone_index: str
    rules: tuple[str, ...]


def read_version(
    reader: CaseReader, application_id: str, version: Version, sent_at: datetime
) -> Findings:
    """Look at what the applicant sent; `sent_at` is when the application was sent first."""
    answers = version.answers
    digits = open_nik(reader.keys, application_id, answers)
    person = answers.person
    rules: list[str] = []
    try:
        nik = parse_nik(digits, today())
    except InvalidNik:
        rules.append("nik_unknown")
    else:
        digits = nik.digits
        rules.extend(nik_warnings(nik, person.birth_date, person.sex))
    if _is_too_young(reader.office, answers, sent_at):
        rules.append("age_min")
    if _lives_elsewhere(reader.office, answers) and not _has_letter(version):
        rules.append("outside_domicile")
    mobile = mobile_index(reader.keys, reader.index_key, application_id, answers)
    return Findings(reader.index(digits), mobile, tuple(rules))


def remarks(keys: KeyRing, office: Office, case: Case) -> tuple[str, ...]:
    """What an officer should know but need not answer: it is usual and no ground for refusal."""
    answers, place = case.current.answers, office.identity.regency_name
    found = []
    if _lives_elsewhere(office, answers) and _has_letter(case.current):
        found.append(f"KTP dari luar Kabupaten {place}. Periksa surat keterangan domisili.")
    first_place = open_nik(keys, case.id, answers)[:4]
    ktp_place = answers.ktp_address.regency_code.replace(".", "")
    is_ours = first_place == office.identity.regency_code
    if first_place != ktp_place if ktp_place else is_ours:
        found.append(
            f"Empat angka pertama NIK ({first_place}) berbeda dari wilayah alamat KTP. "
            "Ini wajar bila pemohon pernah pindah."
        )
    if not case.is_reachable:
        found.append(
            "Pemohon tidak punya nomor HP dan email. Tidak ada pesan yang dikirim: "
            "sampaikan hasilnya langsung."
        )
    if answers.guardian is not None:
        found.append("Pemohon didaftarkan dengan persetujuan wali. Pastikan wali setuju.")
    return tuple(found)


def open_nik(keys: KeyRing, application_id: str, answers: Answers) -> str:
    """The 16 digits of the applicant's NIK."""
    return keys.open("identity", answers.person.nik, field_context(application_id, "nik"))


def mobile_index(keys: KeyRing, index_key: str, application_id: str, answers: Answers) -> str:
    """Blind index of the applicant's mobile number, empty without one; raises `CannotOpen`."""
    mobile = answers.contact.mobile
    if mobile is None:
        return ""
    context = field_context(application_id, "mobile")
    return phone_index(index_key, keys.open("contact", mobile, context))


def merge_rules(known: tuple[CaseWarning, ...], rules: tuple[str, ...]) -> tuple[CaseWarning, ...]:
    """Warnings for these rules; an answer already given to one of them stays."""
    answers = {warning.rule: warning.answer for warning in known}
    return tuple(CaseWarning(rule=rule, answer=answers.get(rule)) for rule in rules)


def with_live_rules(case: Case, rules: tuple[str, ...]) -> Case:
    """The case with exactly these of the rules that are asked afresh."""
    kept = tuple(each.rule for each in case.warnings if each.rule not in LIVE)
    wanted = (*kept, *rules)
    if wanted == tuple(each.rule for each in case.warnings):
        return case
    return case.model_copy(update={"warnings": merge_rules(case.warnings, wanted)})


def _is_too_young(office: Office, answers: Answers, sent_at: datetime) -> bool:
    """Below the age of the office; a guardian's consent helps only where the office allows it."""
    if _age(answers.person.birth_date, sent_at) >= office.applicant.min_age:
        return False
    return answers.guardian is None or not office.applicant.allow_minor_with_guardian


def _age(born: date, at: datetime) -> int:
    day = at.astimezone(OFFICE_ZONE).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _has_letter(version: Version) -> bool:
    return any(each.kind == "domicile_letter" for each in version.documents)


def _lives_elsewhere(office: Office, answers: Answers) -> bool:
    return answers.ktp_address.regency_code != office.identity.area_code
