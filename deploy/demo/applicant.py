"""An applicant who uses the JSON API: everything a person can do, by script."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deploy.demo.patience import Line, expect
from deploy.demo.people import SamplePerson
from services.intake.forms.areas import VILLAGES

API = "/api/v1"
JPEG = "image/jpeg"
Files = dict[str, tuple[str, bytes, str]]


def village_of(person: SamplePerson) -> str:
    """A village of the subdistrict that the person's NIK and identity card name."""
    subdistrict = f"14.04.{person.nik[4:6]}"
    return next(code for code, each in VILLAGES.items() if each.subdistrict_code == subdistrict)


def family_card_number(person: SamplePerson) -> str:
    """A made-up number of the person's subdistrict."""
    return f"{person.nik[:6]}010115{person.nik[-4:]}"


def answers_of(person: SamplePerson, email: str) -> dict[str, dict[str, Any]]:
    """The answers of every page of the form."""
    street, unit, _ = person.address.split(", ")
    _, rt, _, rw = unit.split()
    return {
        "identity": {
            "nik": person.nik,
            "family_card_number": family_card_number(person),
            "full_name": person.full_name,
            "birth_place": person.birth_place,
            "birth_date": person.birth_date.isoformat(),
            "sex": person.sex,
            "religion": person.religion,
            "marital_status": person.marital_status,
            "height_cm": 165 if person.sex == "L" else 157,
            "weight_kg": 60 if person.sex == "L" else 52,
            "disability_status": "none",
        },
        "contact": {
            "ktp_street": street,
            "ktp_rt": rt,
            "ktp_rw": rw,
            "ktp_in_regency": True,
            "ktp_village_code": village_of(person),
            "domicile_same_as_ktp": True,
            "mobile": f"0812{_own_digits(person):08d}",
            "mobile_has_whatsapp": True,
            "email": email,
            "preferred_channel": "email",
        },
        "education": {
            "education": [
                {
                    "form_level": "smk",
                    "completed": True,
                    "institution": "SMK Contoh Tembilahan",
                    "major": "Akuntansi",
                    "year_in": person.birth_date.year + 15,
                    "year_out": person.birth_date.year + 18,
                    "grade_score": 82.5,
                    "diploma_number": f"M-SMK/K13-3/{person.nik[-7:]}",
                }
            ]
        },
        "skills": {
            "languages": ["id", "en", "other"],
            "language_level_id": "fluent",
            "language_level_en": "basic",
            "language_other_name": "Melayu",
            "language_level_other": "fluent",
            "skills": [{"name": "Komputer perkantoran", "provider": "LKP Contoh"}],
        },
        "experience": {
            "employment_status": "unemployed",
            "experience": [
                {
                    "position": "Kasir",
                    "employer_name": "Toko Contoh Jaya",
                    "year_in": str(person.birth_date.year + 18),
                    "year_out": str(person.birth_date.year + 19),
                    "still_working": False,
                    "duration_months": 11,
                    "duties": "Melayani pembeli dan menghitung uang",
                }
            ],
        },
        "preferences": {
            "occupation_1": "Staf administrasi",
            "occupation_code_1": "4110",
            "industry_1": "O",
            "occupation_2": "Kasir toko",
            "location_scope": "domestic",
            "location_place": "Tembilahan",
            "wage": "3000000",
            "consent_matching": True,
        },
    }


@dataclass
class Applicant:
    """One person at work on one application."""

    line: Line
    person: SamplePerson
    email: str
    application_id: str = ""
    reference: str = ""
    token: str = ""
    status_token: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    async def start(self) -> None:
        body = {"kind": "new", "purpose": "Melamar kerja", "notice_acknowledged": True}
        answer = await self._call("POST", "/applications", json=body)
        started = expect(answer, 201).json()
        self.application_id, self.token = started["id"], started["token"]

    async def fill(self) -> None:
        for page, values in answers_of(self.person, self.email).items():
            await self.put_answers(page, values)

    async def put_answers(self, page: str, values: dict[str, Any]) -> None:
        expect(await self._call("PUT", f"{self._mine}/answers/{page}", json=values), 200)

    async def answers(self, page: str) -> dict[str, Any]:
        """The saved answers of a page."""
        answer = await self._call("GET", f"{self._mine}/answers/{page}")
        saved: dict[str, Any] = expect(answer, 200).json()["values"]
        return saved

    async def upload(self, files: Files) -> None:
        for kind, sent in files.items():
            await self.put_document(kind, sent)

    async def put_document(self, kind: str, sent: tuple[str, bytes, str]) -> dict[str, Any]:
        """The document as it was kept."""
        answer = await self._call("PUT", f"{self._mine}/documents/{kind}", files={"file": sent})
        kept: dict[str, Any] = expect(answer, 200).json()
        return kept

    async def draft(self) -> dict[str, Any]:
        """What is done and what is missing, before it is sent."""
        shown: dict[str, Any] = expect(await self._call("GET", self._mine), 200).json()
        return shown

    async def submit(self) -> str:
        """Send it; the reference is the acknowledgement."""
        agreed = {"declaration": True, "consent_reminders_whatsapp": True}
        answer = await self._call("POST", f"{self._mine}/submission", json=agreed)
        self.reference = expect(answer, 202).json()["reference"]
        return self.reference

    async def enter_status(self, birth_date: date | None = None) -> None:
        """Open the status with reference and birth date, as on the page."""
        body = {
            "reference": self.reference,
            "birth_date": (birth_date or self.person.birth_date).isoformat(),
        }
        answer = await self.line.request("POST", f"{API}/status-sessions", json=body)
        self.status_token = expect(answer, 201).json()["token"]

    async def status(self) -> dict[str, Any]:
        answer = await self.line.request("GET", f"{API}/status", headers=self._status_headers)
        shown: dict[str, Any] = expect(answer, 200).json()
        return shown

    async def redo_document(self, kind: str, sent: tuple[str, bytes, str]) -> None:
        answer = await self.line.request(
            "PUT",
            f"{API}/status/amendment/documents/{kind}",
            headers=self._status_headers,
            files={"file": sent},
        )
        expect(answer, 200)

    async def send_amendment(self) -> None:
        headers = self._status_headers | {"Idempotency-Key": self._key("amendment")}
        answer = await self.line.request(
            "POST", f"{API}/status/amendment/submission", headers=headers
        )
        expect(answer, 202)

    async def withdraw(self) -> None:
        headers = self._status_headers | {"Idempotency-Key": self._key("withdrawal")}
        expect(await self.line.request("POST", f"{API}/status/withdrawal", headers=headers), 202)

    async def card(self) -> bytes:
        answer = await self.line.request("GET", f"{API}/status/card", headers=self._status_headers)
        return expect(answer, 200).content

    @property
    def _mine(self) -> str:
        return f"/applications/{self.application_id}"

    @property
    def _status_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.status_token}"}

    def _key(self, name: str) -> str:
        """One Idempotency-Key per act, the same at every try."""
        return self.keys.setdefault(name, str(uuid.uuid4()))

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Idempotency-Key": self._key(f"{method} {path}")}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return await self.line.request(method, API + path, headers=headers, **options)


def _own_digits(person: SamplePerson) -> int:
    """Eight digits for a phone that nobody else has, the same each time."""
    return int.from_bytes(hashlib.sha256(person.nik.encode()).digest()[:8], "big") % 10**8
