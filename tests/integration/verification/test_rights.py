"""Every route of the desk with every role: who gets in, and who is refused.

A new route needs its row in `RULES`, else the first test fails.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import httpx2
import pytest
from starlette.routing import Mount, Route

from deploy.local.stack import Servers
from services.verification.officers import sessions, store
from services.verification.officers.accounts import Account, ensure_account
from services.verification.officers.domain import REFUSALS, RIGHTS, ROLES, Officer, Permission
from services.verification.officers.sessions import Origin
from services.verification.settings import VerificationSettings
from services.verification.web.app import make_app
from services.verification.web.static_files import PREFIX
from shared.service import Resources
from shared.uow import Tx
from shared.web.csrf import FIELD, csrf_token
from tests.integration.verification.browser import PASSWORD, open_browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_pages import opened, stored_document
from tests.unit.verification.sample_events import card_issued, submitted

# A permission, or: "anybody" without signing in, "officer" whoever signed in.
Rule = Permission | Literal["anybody", "officer"]
CASE = "/petugas/permohonan/{case_id}"
CARD = "/petugas/kartu/{card_id}"
ACCOUNT = "/petugas/akun-petugas/{officer_id}"
BATCH = "/petugas/cetak/daftar/{batch_id}"
PRINTER = "/petugas/cetak/printer/{printer_id}"
RULES: dict[str, Rule] = {
    "GET /": "anybody",
    "GET /petugas/": "anybody",
    "GET /petugas/masuk": "anybody",
    "POST /petugas/masuk": "anybody",
    "GET /petugas/masuk/dinas": "anybody",
    "GET /petugas/masuk/dinas/kembali": "anybody",
    "GET /petugas": "officer",
    "GET /petugas/masuk/kode": "officer",
    "POST /petugas/masuk/kode": "officer",
    "POST /petugas/keluar": "officer",
    "GET /petugas/akun": "officer",
    "GET /petugas/akun/sandi": "officer",
    "POST /petugas/akun/sandi": "officer",
    "GET /petugas/akun/kode": "officer",
    "POST /petugas/akun/kode": "officer",
    "POST /petugas/akun/kode/pasang": "officer",
    "POST /petugas/akun/kode/cadangan": "officer",
    "POST /petugas/akun/sesi": "officer",
    "POST /petugas/akun/sesi-lain": "officer",
    "GET /petugas/akun-petugas": "manage_accounts",
    "GET /petugas/akun-petugas/baru": "manage_accounts",
    "POST /petugas/akun-petugas/baru": "manage_accounts",
    f"GET {ACCOUNT}": "manage_accounts",
    f"POST {ACCOUNT}": "manage_accounts",
    f"GET {ACCOUNT}/nonaktif": "manage_accounts",
    f"POST {ACCOUNT}/nonaktif": "manage_accounts",
    f"POST {ACCOUNT}/aktif": "manage_accounts",
    f"GET {ACCOUNT}/sandi": "manage_accounts",
    f"POST {ACCOUNT}/sandi": "manage_accounts",
    f"POST {ACCOUNT}/kode": "manage_accounts",
    f"POST {ACCOUNT}/sesi": "manage_accounts",
    "GET /petugas/angka": "see_figures",
    "POST /petugas/angka/unduh": "see_figures",
    "GET /petugas/catatan-akses": "read_access_log",
    "POST /petugas/catatan-akses": "read_access_log",
    "GET /petugas/macet": "repair_stuck_work",
    "GET /petugas/macet/disisihkan": "repair_stuck_work",
    "POST /petugas/macet/ulang": "repair_stuck_work",
    "POST /petugas/macet/sisihkan": "repair_stuck_work",
    "POST /petugas/macet/urus-lagi": "repair_stuck_work",
    "POST /petugas/macet/data/ulang": "repair_stuck_work",
    "POST /petugas/macet/data/sisihkan": "repair_stuck_work",
    "POST /petugas/macet/data/urus-lagi": "repair_stuck_work",
    "GET /petugas/teks": "edit_texts",
    "GET /petugas/teks/alasan": "edit_texts",
    "GET /petugas/teks/alasan/versi": "edit_texts",
    "POST /petugas/teks/alasan/kembali": "edit_texts",
    "GET /petugas/teks/alasan/{group}": "edit_texts",
    "POST /petugas/teks/alasan/{group}": "edit_texts",
    "GET /petugas/teks/pesan/{message}": "edit_texts",
    "POST /petugas/teks/pesan/{message}": "edit_texts",
    "GET /petugas/teks/pesan/{message}/versi": "edit_texts",
    "POST /petugas/teks/pesan/{message}/kembali": "edit_texts",
    "GET /petugas/antrean": "read_cases",
    "POST /petugas/ambil-berikutnya": "check_cases",
    "GET /petugas/cari": "read_cases",
    "POST /petugas/cari": "read_cases",
    f"GET {CASE}": "read_cases",
    f"POST {CASE}/ambil": "check_cases",
    f"POST {CASE}/ambil-alih": "take_over_cases",
    f"POST {CASE}/detak": "check_cases",
    f"POST {CASE}/lepas": "check_cases",
    f"POST {CASE}/dicetak": "check_cases",
    f"POST {CASE}/serahkan": "check_cases",
    f"POST {CASE}/periksa": "check_cases",
    f"POST {CASE}/tampilkan": "read_cases",
    f"GET {CASE}/perbaikan": "check_cases",
    f"POST {CASE}/perbaikan": "check_cases",
    f"GET {CASE}/tolak": "decide_cases",
    f"POST {CASE}/tolak": "decide_cases",
    f"GET {CASE}/usul-tolak": "check_cases",
    f"POST {CASE}/usul-tolak": "check_cases",
    f"GET {CASE}/catatan": "read_cases",
    f"POST {CASE}/catatan": "read_cases",
    f"POST {CASE}/catatan/{{note_id}}/tarik": "read_cases",
    f"GET {CASE}/kembar/{{other_id}}": "read_cases",
    f"POST {CASE}/kembar/{{other_id}}": "check_cases",
    f"GET {CASE}/berkas/{{document_id}}/{{number:page}}": "read_cases",
    f"GET {CASE}/kartu": "read_cases",
    "GET /petugas/kartu": "read_cases",
    f"GET {CARD}": "read_cases",
    f"POST {CARD}/lapor": "take_reports",
    f"GET {CARD}/ditempatkan": "end_registrations",
    f"POST {CARD}/ditempatkan": "end_registrations",
    f"GET {CARD}/dihapuskan": "end_registrations",
    f"POST {CARD}/dihapuskan": "end_registrations",
    f"GET {CARD}/cabut": "end_registrations",
    f"POST {CARD}/cabut": "end_registrations",
    "GET /petugas/cetak": "print_cards",
    "GET /petugas/tanda-tangan": "sign_cards",
    "POST /petugas/tanda-tangan": "sign_cards",
    "GET /petugas/cetak/baru": "print_cards",
    "POST /petugas/cetak/baru": "print_cards",
    f"GET {BATCH}": "print_cards",
    f"GET {BATCH}/lembar.pdf": "print_cards",
    f"POST {BATCH}/hasil": "print_cards",
    f"POST {BATCH}/ulang": "print_cards",
    f"POST {BATCH}/batal": "print_cards",
    f"POST {BATCH}/tanpa": "print_cards",
    "GET /petugas/cetak/printer": "print_cards",
    "POST /petugas/cetak/printer": "print_cards",
    f"GET {PRINTER}": "print_cards",
    f"POST {PRINTER}": "print_cards",
    f"POST {PRINTER}/hapus": "print_cards",
    f"GET {PRINTER}/uji.pdf": "print_cards",
    "GET /petugas/loket": "enter_applications",
    "POST /petugas/loket": "enter_applications",
    f"GET {CASE}/loket": "check_cases",
    f"POST {CASE}/loket": "check_cases",
}
# Open to a browser that has shown the password but not yet the code.
WITHOUT_CODE = {"GET /petugas/masuk/kode", "POST /petugas/masuk/kode", "POST /petugas/keluar"}
# What a form must hold to reach the use-case.
FORM = {"version": "1"}


@dataclass(frozen=True)
class Walk:
    """One pair of hands at all routes; each request has a session of its own."""

    desk: Desk
    client: httpx2.AsyncClient
    session_key: str
    parts: dict[str, str]

    async def request(
        self, route: str, officer: Officer | None, *, proven: bool = True, forged: bool = False
    ) -> httpx2.Response:
        method, path = route.split(" ")
        address = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: self.parts[found[1]], path)
        fields: dict[str, str] = dict(FORM) if method == "POST" else {}
        self.client.cookies.clear()
        if officer is not None:
            token = await self.begin(officer, proven=proven)
            self.client.cookies.set("petugas", token)
            digest = hashlib.sha256(token.encode()).hexdigest()
            fields[FIELD] = "forged" if forged else csrf_token(self.session_key, digest)
        more: dict[str, Any] = {"data": fields} if method == "POST" else {}
        return await self.client.request(method, address, **more)

    async def begin(self, officer: Officer, *, proven: bool) -> str:
        token = sessions.new_token()

        async def work(tx: Tx) -> None:
            await sessions.begin(tx, token, officer, Origin("test"), proven=proven)

        await self.desk.uow.run(work)
        return token


def routes_of(resources: Resources) -> list[str]:
    assert isinstance(resources.settings, VerificationSettings)
    app: Any = make_app(resources, resources.settings)
    found = []
    for route in app.app.routes:
        if isinstance(route, Mount):
            assert route.path == PREFIX, "only the static files are mounted"
            continue
        assert isinstance(route, Route)
        methods = (route.methods or set()) - {"HEAD"}
        found += [f"{method} {route.path}" for method in sorted(methods)]
    return found


@pytest.fixture
async def walk(desk: Desk, resources: Resources, servers: Servers) -> AsyncIterator[Walk]:
    event = await opened(desk, await stored_document(servers))
    target = await ensure_account(
        desk.uow, Account("sasaran", "Sasaran Contoh", ["ipk_officer"], PASSWORD)
    )
    case = await desk.case(event.subject)
    parts = {
        "case_id": case.id,
        "document_id": case.current.documents[0].document_id,
        "number": "1",
        "other_id": case.id,
        "card_id": await a_card(desk),
        "note_id": case.id,
        "group": "documents.photo",
        "message": "returned",
        "officer_id": target.id,
        "batch_id": case.id,
        "printer_id": case.id,
    }
    assert isinstance(resources.settings, VerificationSettings)
    async with open_browser(resources) as client:
        yield Walk(desk, client, resources.settings.session_key.get_secret_value(), parts)


async def a_card(desk: Desk) -> str:
    event = submitted(reference="AK1-0000000000K")
    issued = card_issued(event)
    await desk.deliver(event)
    await desk.deliver(issued)
    card_id: str = issued.data.card_id
    return card_id


async def officer_with(desk: Desk, *roles: str) -> Officer:
    name = "semua" if len(roles) > 1 else roles[0].replace("_", "-")
    return await ensure_account(desk.uow, Account(name, f"{name} Contoh", list(roles), PASSWORD))


def leads_to_login(answer: httpx2.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/petugas/masuk")


def test_every_route_has_a_rule_and_every_rule_a_route(resources: Resources) -> None:
    assert sorted(routes_of(resources)) == sorted(RULES)


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_in_where_its_rights_say(walk: Walk, role: str) -> None:
    officer = await officer_with(walk.desk, role)
    wrong: list[tuple[object, ...]] = []
    for route, rule in RULES.items():
        answer = await walk.request(route, officer)
        is_refused = answer.status_code == 403
        permission = next((each for each in get_args(Permission) if each == rule), None)
        may = permission is None or role in RIGHTS[permission]
        if is_refused == may or answer.status_code >= 500:
            wrong.append((route, answer.status_code))
        if is_refused and permission and REFUSALS[permission] not in answer.text:
            wrong.append((route, "refused for another reason"))
        if rule != "anybody" and route != "POST /petugas/keluar" and leads_to_login(answer):
            wrong.append((route, "sent to the login"))
    assert wrong == []


async def test_signed_out_and_disabled_in_mid_session_get_nowhere(walk: Walk) -> None:
    officer = await officer_with(walk.desk, *ROLES)

    async def disable(tx: Tx) -> None:
        await store.save(tx, replace(officer, disabled_at=tx.at))

    await walk.desk.uow.run(disable)
    wrong: list[tuple[object, ...]] = []
    for route, rule in RULES.items():
        if rule == "anybody":
            continue
        for who in (None, officer):
            answer = await walk.request(route, who)
            if not leads_to_login(answer):
                wrong.append((route, who and who.name, answer.status_code))
    assert wrong == []


async def test_before_the_code_only_its_page_opens(walk: Walk) -> None:
    officer = await officer_with(walk.desk, *ROLES)
    for route in set(RULES) - WITHOUT_CODE:
        if RULES[route] != "anybody":
            answer = await walk.request(route, officer, proven=False)
            assert answer.headers.get("location") == "/petugas/masuk/kode", route


async def test_no_form_is_taken_without_its_token(walk: Walk) -> None:
    officer = await officer_with(walk.desk, *ROLES)
    before = await walk.desk.audit()
    for route, rule in RULES.items():
        if route.startswith("POST ") and rule != "anybody":
            answer = await walk.request(route, officer, forged=True)
            assert answer.status_code == 403, route
            assert "Halaman sudah kedaluwarsa" in answer.text, route
    assert await walk.desk.audit() == before
