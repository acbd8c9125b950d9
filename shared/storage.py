"""The one file that imports minio: objects in S3 buckets, plain S3 only.

The SDK is synchronous; calls run in a bounded set of threads.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import anyio
import urllib3
from anyio import to_thread
from minio import Minio
from minio.error import InvalidResponseError, S3Error, ServerError

from shared.errors import AppError, NotFound, Unavailable
from shared.settings import ServiceSettings

T = TypeVar("T")

QUARANTINE = "quarantine"
DOCUMENTS = "documents"
CARDS = "cards"
PUBLIC = "public"  # keys and status lists of cards, for everybody
SEALED = "sealed"  # cards with the seal of an official
AUDIT = "audit"  # objects that nobody can delete

# A reader without the right to list gets "denied" for a missing object from some servers.
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "AccessDenied"})
_BUSY = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout"})


class Damaged(AppError):
    """The object in the store is not the one that was written: its SHA-256 differs."""


@dataclass
class Storage:
    """Access to the buckets that one service's key opens."""

    client: Minio
    threads: int = 16
    _limiter: anyio.CapacityLimiter | None = field(default=None, init=False)

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self.threads)
        return self._limiter

    async def put(self, bucket: str, key: str, data: bytes, media_type: str) -> str:
        """Write an object (the same key again overwrites); returns its SHA-256 in hex."""

        def write() -> None:
            self.client.put_object(
                bucket, key, io.BytesIO(data), len(data), content_type=media_type
            )

        await self._call(write)
        return hashlib.sha256(data).hexdigest()

    async def get(
        self, bucket: str, key: str, sha256: str | None = None, *, version: str | None = None
    ) -> bytes:
        """Read an object whole; raises `NotFound`, `Unavailable`, or `Damaged`."""

        def read() -> bytes:
            response = self.client.get_object(bucket, key, version_id=version)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

        data = await self._call(read)
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged
        return data

    async def keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys that begin with `prefix`; needs the right to list."""

        def read() -> list[str]:
            found = self.client.list_objects(bucket, prefix=prefix, recursive=True)
            return [each.object_name for each in found if each.object_name]

        return await self._call(read)

    async def versions(self, bucket: str, prefix: str) -> list[tuple[str, str]]:
        """Key and version of each object that begins with `prefix`, newest first for each key."""

        def read() -> list[tuple[str, str]]:
            found = self.client.list_objects(
                bucket, prefix=prefix, recursive=True, include_version=True
            )
            return [
                (each.object_name, each.version_id)
                for each in found
                if each.object_name and each.version_id and not each.is_delete_marker
            ]

        return await self._call(read)

    async def delete(self, bucket: str, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        await self._call(lambda: self.client.remove_object(bucket, key))

    async def ping(self, bucket: str) -> bool:
        """Whether the store answers for a bucket."""
        try:
            return await self._call(lambda: self.client.bucket_exists(bucket))
        except (Unavailable, NotFound):
            return False

    async def _call(self, call: Callable[[], T]) -> T:
        try:
            return await to_thread.run_sync(call, limiter=self.limiter)
        except S3Error as error:
            if error.code in _MISSING:
                raise NotFound("Berkas tidak ditemukan.") from error
            if error.code in _BUSY:
                raise Unavailable from error
            raise
        except (urllib3.exceptions.HTTPError, ServerError, InvalidResponseError, OSError) as error:
            raise Unavailable from error


def connect_storage(settings: ServiceSettings) -> Storage:
    """A client for the endpoint of the settings; the region is given, so nothing is asked."""
    endpoint = urlsplit(settings.s3_endpoint)
    pool = urllib3.PoolManager(
        maxsize=32,
        timeout=urllib3.Timeout(connect=2, read=8),
        retries=urllib3.Retry(total=1, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )
    client = Minio(
        endpoint.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=endpoint.scheme == "https",
        region=settings.s3_region,
        http_client=pool,
    )
    return Storage(client)
