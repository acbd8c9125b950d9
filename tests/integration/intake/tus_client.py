"""A small tus 1.0.0 client, as another program would bring."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

import httpx2

TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items()
    )


@dataclass
class TusClient:
    """Speaks for one session; `headers` say which."""

    http: httpx2.AsyncClient
    base: str
    headers: dict[str, str]

    async def create(self, kind: str, length: int, **more: str) -> httpx2.Response:
        return await self.http.post(
            f"{self.base}/unggah",
            headers={
                **TUS,
                **self.headers,
                "Upload-Length": str(length),
                "Upload-Metadata": metadata(kind=kind, filename="berkas.jpg"),
                **more,
            },
        )

    async def begin(self, kind: str, length: int) -> str:
        answer = await self.create(kind, length)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def patch(self, place: str, offset: int, data: bytes, **more: str) -> httpx2.Response:
        return await self.http.patch(
            self.base + place,
            content=data,
            headers={
                **TUS,
                **self.headers,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
                **more,
            },
        )

    async def head(self, place: str, **more: str) -> httpx2.Response:
        return await self.http.head(self.base + place, headers={**TUS, **self.headers, **more})

    async def offset(self, place: str) -> int:
        answer = await self.head(place)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    async def send(self, kind: str, data: bytes, step: int = 128 * 1024) -> httpx2.Response:
        """Everything in pieces; returns the last answer."""
        place = await self.begin(kind, len(data))
        answer = await self.patch(place, 0, data[:step])
        for start in range(step, len(data), step):
            assert answer.status_code == 204, answer.text
            answer = await self.patch(place, start, data[start : start + step])
        return answer


def sum_of(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"
