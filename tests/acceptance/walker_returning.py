"""Coming back to a draft: by its code and a one-time code, by the birth date, and on one phone."""

from __future__ import annotations

from deploy.demo.applicant import answers_of
from deploy.local.stack import Servers
from services.intake.forms import form_of
from tests.acceptance.made_up import EMAIL
from tests.acceptance.mailbox import DRAFT_CODE, ONE_TIME_CODE, found, mail
from tests.acceptance.walker import TASK_LIST, Walker

RETURN = "/lanjutkan"
_WRONG = "000000"


async def come_back_with_the_codes(walker: Walker, servers: Servers) -> None:
    """The draft at hand has an e-mail address."""
    visitor = walker.visitor
    for path in ("/daftar", RETURN):
        await visitor.go(path)
        await walker.see("ada yang terbuka")
    await visitor.go("/daftar/kode")
    await walker.see()
    await enter_code(walker, await leave(walker))
    await walker.see()
    await walker.send_empty()
    first = await _one_time_code(servers)
    await visitor.fill({"code": [_WRONG if first != _WRONG else "000001"]})
    await visitor.press("Buka pendaftaran")
    await walker.see("kode salah")
    await visitor.press("Kirim kode baru")
    await walker.see("kode baru")
    code = first
    while code == first:
        code = await _one_time_code(servers)
    await visitor.fill({"code": [code]})
    await visitor.press("Buka pendaftaran")
    assert walker.path == TASK_LIST, await visitor.errors()
    await walker.see("dibuka lagi")


async def _one_time_code(servers: Servers) -> str:
    return found(ONE_TIME_CODE, await mail(servers, EMAIL, "membuka pendaftaran"))


async def come_back_with_the_birth_date(walker: Walker) -> None:
    """Nothing of the draft at hand is known but who it is about."""
    visitor, person = walker.visitor, walker.answers.person
    await visitor.begin()
    await visitor.answer("identity", form_of(answers_of(person, EMAIL)["identity"]))
    await enter_code(walker, await leave(walker))
    await walker.see()
    await walker.send_empty()
    await visitor.fill({f"birth_date-{part}": ["1"] for part in ("day", "month")})
    await visitor.fill({"birth_date-year": ["1970"]})
    await visitor.press("Buka pendaftaran")
    await walker.see("tidak cocok")
    born = person.birth_date
    await visitor.fill({f"birth_date-{part}": [str(getattr(born, part))] for part in _PARTS})
    await visitor.press("Buka pendaftaran")
    assert walker.path == TASK_LIST, await visitor.errors()


_PARTS = ("day", "month", "year")


async def leave(walker: Walker) -> str:
    """Leave the phone to others; the code of the draft, which is shown once more."""
    await walker.visitor.go(TASK_LIST)
    await walker.hand.press(walker.page.locator("header form button").last)
    await walker.see()
    return found(DRAFT_CODE, await walker.page.locator(".spk-code").inner_text())


async def enter_code(walker: Walker, code: str) -> None:
    """A wrong one first."""
    await walker.visitor.go(RETURN)
    for typed in ("D-00000-00000-0", code):
        await walker.visitor.fill({"draft_code": [typed]})
        await walker.visitor.press("Lanjutkan")
        if typed != code:
            await walker.see("kode salah")


async def see_what_the_phone_kept(walker: Walker, path: str, name: str) -> None:
    """Typed and not saved: it is there again, until the person has it deleted."""
    visitor, page = walker.visitor, walker.page
    await visitor.go(path)
    await page.locator(f"[name={name}]").fill("Juru las")
    await walker.see("dijaga")
    await visitor.go(TASK_LIST)
    await visitor.go(path)
    await page.locator("[data-kept=restored]").wait_for()
    await walker.see("dipasang lagi")
    await page.locator("[data-kept=restored] button").click()
    await page.locator("[data-kept=cleared]").wait_for()
    await walker.see("dihapus")
