"""`Idempotency-Key`: the same write sent again gives the stored answer and does nothing.

The answer is stored sealed, because it may hold a token or answers of a person. Failed requests are
not stored: they changed nothing and may be sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.intake import Intake
from services.intake.store import IDEMPOTENCY_KEYS
from services.intake.web.problems import ProblemError
from shared import clock
from shared.contracts.envelope import Sealed
from shared.mongo import Collection, DuplicateKeyError

HEADER = "Idempotency-Key"
_SHORTEST, _LONGEST = 16, 128
_KEPT = timedelta(hours=24)
# For answers with a token that may end: time enough to repeat a request whose answer was lost.
KEPT_SHORT = timedelta(minutes=5)
_RUNNING = timedelta(seconds=60)  # after it a request without an answer is taken for dead
_REPLAYED = {"Idempotency-Replayed": "true"}


@dataclass(frozen=True)
class Answer:
    """What a write answers, so that it can be stored."""

    status: int
    body: dict[str, Any]

    def response(self) -> JSONResponse:
        return JSONResponse(self.body, self.status)


Work = Callable[[], Awaitable[Answer | Response]]


async def once(
    intake: Intake,
    request: Request,
    fingerprint: str,
    work: Work,
    *,
    required: bool = False,
    kept: timedelta = _KEPT,
) -> Response:
    """Run `work` once per key, caller, method and path; `fingerprint` is what was sent.

    The answer is repeated for as long as it is kept: what comes later is a new request. A
    `Response` that `work` returns (a refusal) is passed on and not stored.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise ProblemError(400, "key_required", f"Sertakan {HEADER} yang baru, misalnya UUID.")
        return _response(await work())
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ProblemError(
            400, "key_unusable", f"{HEADER} terdiri dari {_SHORTEST} sampai {_LONGEST} huruf."
        )
    row_id = _row_id(request, key)
    rows = intake.uow.reading().collection(IDEMPOTENCY_KEYS)
    earlier = await _begin(rows, row_id, fingerprint, kept)
    if earlier is not None:
        return _replay(intake, row_id, earlier, fingerprint)
    try:
        answer = await work()
    except BaseException:
        await rows.delete_one({"_id": row_id})
        raise
    if isinstance(answer, Response):
        await rows.delete_one({"_id": row_id})
        return answer
    sealed = intake.keys.seal("identity", json.dumps(answer.body), f"idempotency:{row_id}")
    await rows.update_one(
        {"_id": row_id}, {"$set": {"status": answer.status, "answer": sealed.model_dump()}}
    )
    return answer.response()


def fingerprint_of(*parts: bytes) -> str:
    """A hash of what was sent."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


async def _begin(
    rows: Collection, row_id: str, fingerprint: str, kept: timedelta
) -> dict[str, Any] | None:
    """Note that the request runs; returns the row of an earlier request with this key."""
    now = clock.now()
    row = {
        "fingerprint": fingerprint,
        "started_at": now,
        "expires_at": now + kept,
        "status": None,
    }
    try:
        await rows.insert_one({"_id": row_id, **row})
    except DuplicateKeyError:
        dead = {"status": None, "started_at": {"$lte": now - _RUNNING}}
        over = {"_id": row_id, "$or": [dead, {"expires_at": {"$lte": now}}]}
        if (await rows.update_one(over, {"$set": row})).matched_count:
            return None
        return await rows.find_one({"_id": row_id}) or row
    return None


def _replay(intake: Intake, row_id: str, row: dict[str, Any], fingerprint: str) -> Response:
    if row["fingerprint"] != fingerprint:
        raise ProblemError(
            422, "key_reused", f"{HEADER} ini sudah dipakai untuk permintaan lain. Buat yang baru."
        )
    if row["status"] is None:
        raise ProblemError(
            409, "key_running", "Permintaan yang sama sedang dikerjakan. Coba lagi sebentar."
        )
    sealed = Sealed.model_validate(row["answer"])
    body = json.loads(intake.keys.open("identity", sealed, f"idempotency:{row_id}"))
    return JSONResponse(body, row["status"], headers=_REPLAYED)


def _response(answer: Answer | Response) -> Response:
    return answer if isinstance(answer, Response) else answer.response()


def _row_id(request: Request, key: str) -> str:
    caller = request.headers.get("authorization", "")
    parts = (key, caller, request.method, request.url.path)
    return fingerprint_of(*(part.encode() for part in parts))
