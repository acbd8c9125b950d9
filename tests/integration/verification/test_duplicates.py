"""People who may be one: found, compared side by side, decided once, never merged."""

from __future__ import annotations

from datetime import date

import pytest

from services.verification.duplicates.compare import Judgement, judge, twins_of
from services.verification.duplicates.domain import Decision
from services.verification.duplicates.store import DecidedMeanwhile
from services.verification.officers.domain import Officer
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_search import person
from tests.unit.verification.sample_events import withdrawn

REASON = "Foto dan alamatnya berbeda."


async def twins(desk: Desk, case_id: str) -> dict[str, tuple[str, ...]]:
    return {
        twin.row.full_name: twin.likeness for twin in await twins_of(desk.uow.reading(), case_id)
    }


async def decide(desk: Desk, officer: Officer, given: Judgement) -> Decision:
    return await desk.uow.run(lambda tx: judge(tx, officer, given))


async def test_likely_people_are_found_and_others_left_alone(desk: Desk) -> None:
    born = date(2001, 8, 5)
    one = await person(desk, "Soekaryo Hidayat", "1404040508010001", born, "+6281200000011")
    same_nik = await person(desk, "Lain Sama Sekali", "1404040508010001", date(1990, 1, 2))
    await desk.deliver(withdrawn(same_nik))
    await person(desk, "Hidajat Sukaryo", "1404040508010002", born, "+6281200000012")
    await person(desk, "Sukaryo Hidayat", "1404040508010003", date(2001, 5, 8), "+6281200000013")
    await person(desk, "Ibu Sukaryo", "1404040508010004", date(1970, 1, 1), "+6281200000011")
    await person(desk, "Sukaryo Hidayat", "1404040508010005", date(1999, 3, 3), "+6281200000014")
    await person(desk, "Bukan Siapa", "1404040508010006", born, "+6281200000015")
    assert await twins(desk, one.subject) == {
        "Lain Sama Sekali": ("nik",),
        "Hidajat Sukaryo": ("name_and_birth_date",),
        "Sukaryo Hidayat": ("name_and_birth_date",),
        "Ibu Sukaryo": ("phone",),
    }


async def test_a_decision_stands_in_both_histories_and_changes_no_case(desk: Desk) -> None:
    one, other = await person(desk, "Budi Contoh"), await person(desk, "Boedi Tjontoh")
    before = [await desk.case(each.subject) for each in (one, other)]
    given = Judgement(one.subject, other.subject, "different", REASON, 0)
    await decide(desk, desk.verifier, given)
    for case_id, its in ((one.subject, other.subject), (other.subject, one.subject)):
        twin = (await twins_of(desk.uow.reading(), case_id))[0]
        assert twin.decision is not None
        assert (twin.decision.verdict, twin.decision.reason) == ("different", REASON)
        entry = (await desk.audit(case_id=case_id, action="duplicate.decided"))[0]
        assert entry["detail"] == {"other": its, "verdict": "different", "note": REASON}
    assert [await desk.case(each.subject) for each in (one, other)] == before


async def test_of_two_officers_at_once_one_is_told(desk: Desk) -> None:
    one, other = await person(desk, "Budi Contoh"), await person(desk, "Budi Contoh")
    first = Judgement(one.subject, other.subject, "same", REASON, 0)
    turned = Judgement(other.subject, one.subject, "different", REASON, 0)
    await decide(desk, desk.verifier, first)
    with pytest.raises(DecidedMeanwhile):
        await decide(desk, desk.second, turned)
    again = Judgement(one.subject, other.subject, "different", REASON, 1)
    await decide(desk, desk.second, again)
    with pytest.raises(DecidedMeanwhile):
        await decide(desk, desk.verifier, again)
    twin = (await twins_of(desk.uow.reading(), one.subject))[0]
    assert twin.decision is not None
    assert twin.decision.verdict == "different"
    assert len(await desk.audit(action="duplicate.decided")) == 4


async def test_the_pages_from_the_case_to_the_decision(browser: Browser, desk: Desk) -> None:
    one = await person(desk, "Budi Contoh")
    other = await person(desk, "Boedi <i>Contoh</i>", "1404046708010002")
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{one.subject}"
    pair = f"{case}/kembar/{other.subject}"
    page = (await browser.client.get(case)).text
    assert "Mungkin orang yang sama" in page
    assert f'href="{pair}"' in page
    page = (await browser.client.get(pair)).text
    assert "Boedi &lt;i&gt;Contoh" in page
    assert "1404••••••••0001" in page
    assert "1404046708010001" not in page
    views = await desk.audit(action="case.viewed", **{"detail.reason": "compared"})
    assert {each["case_id"] for each in views} == {one.subject, other.subject}

    nothing = await browser.post(pair, {"version": "0", "reason": REASON})
    assert nothing.status_code == 422
    assert "Pilih dahulu" in nothing.text
    short = await browser.post(pair, {"version": "0", "verdict": "same", "reason": "ya"})
    assert short.status_code == 422
    assert "5 sampai 300 huruf" in short.text
    assert 'value="same" checked' in short.text
    chosen = {"version": "0", "verdict": "same", "reason": REASON}
    done = await browser.post(pair, chosen, follow_redirects=True)
    assert "Keputusan Anda tersimpan." in done.text
    assert "Orang yang sama, menurut Vera Contoh" in done.text
    stale = await browser.post(pair, chosen)
    assert stale.status_code == 409
    for wrong in (f"{case}/kembar/{one.subject}", f"{case}/kembar/tidak-ada"):
        assert (await browser.client.get(wrong)).status_code == 404
        assert (await browser.post(wrong, chosen)).status_code in {404, 422}
    assert "Memutuskan tentang data ganda" in (await browser.client.get(case)).text
