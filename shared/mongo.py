"""The one file that imports motor: connect, transactions, change streams, indexes.

Moving to PyMongo's own asyncio API (motor ends in May 2027) means rewriting this file only.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel
from pymongo.errors import (
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

__all__ = ["DuplicateKeyError", "IndexModel", "Mongo", "Session", "is_outage"]

T = TypeVar("T")
Document = dict[str, Any]
Session = Any  # motor's client session; opaque outside this file

_OUTAGE = (ConnectionFailure, NetworkTimeout, WTimeoutError, ExecutionTimeout)
# Shutdown, step-down, and what the drivers' specification of retryable reads and writes adds.
_AWAY = frozenset({6, 7, 89, 91, 134, 189, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436})
# After a restart: a list half read is forgotten (CursorNotFound), and the keys that sign the
# cluster time are not read yet (KeyNotFound).
_JUST_BACK = frozenset({43, 211})
_TRANSIENT = "TransientTransactionError"
_UNKNOWN_COMMIT = "UnknownTransactionCommitResult"
_AGAIN_LABELS = (_TRANSIENT, _UNKNOWN_COMMIT, "RetryableWriteError")
_APPEND_ONLY = "audit_"
# How long a transaction is tried again. Conflicts are over in milliseconds; a person waits.
_TRY_SECONDS = 20.0
_PAUSE_SECONDS = (0.005, 0.5)  # first and longest pause between two tries


class Cursor(Protocol):
    def sort(self, key: Any, direction: Any = None) -> Cursor: ...
    def limit(self, limit: int) -> Cursor: ...
    def skip(self, skip: int) -> Cursor: ...
    def __aiter__(self) -> AsyncIterator[Document]: ...
    async def to_list(self, length: int | None = None) -> list[Document]: ...


class Collection(Protocol):
    """The part of a collection that repositories use."""

    async def find_one(self, filter: Any = None, *args: Any, **kw: Any) -> Document | None: ...  # noqa: A002
    def find(self, *args: Any, **kw: Any) -> Cursor: ...
    async def insert_one(self, document: Mapping[str, Any], **kw: Any) -> Any: ...
    async def insert_many(self, documents: Iterable[Mapping[str, Any]], **kw: Any) -> Any: ...
    async def update_one(self, filter: Any, update: Any, **kw: Any) -> Any: ...  # noqa: A002
    async def update_many(self, filter: Any, update: Any, **kw: Any) -> Any: ...  # noqa: A002
    async def replace_one(self, filter: Any, replacement: Any, **kw: Any) -> Any: ...  # noqa: A002
    async def delete_one(self, filter: Any, **kw: Any) -> Any: ...  # noqa: A002
    async def delete_many(self, filter: Any, **kw: Any) -> Any: ...  # noqa: A002
    async def find_one_and_update(self, filter: Any, update: Any, **kw: Any) -> Document | None: ...  # noqa: A002
    async def count_documents(self, filter: Any, **kw: Any) -> int: ...  # noqa: A002
    async def create_indexes(self, indexes: Any, **kw: Any) -> Any: ...


def is_outage(error: BaseException) -> bool:
    """Whether the server is away (try the same again later) rather than our request wrong."""
    if isinstance(error, _OUTAGE):
        return True
    if isinstance(error, OperationFailure) and error.code in _AWAY | _JUST_BACK:
        return True
    if not isinstance(error, PyMongoError):
        return False
    return error.timeout or any(map(error.has_error_label, _AGAIN_LABELS))


@dataclass
class Mongo:
    """A connection to one service's own database.

    Collections named `audit_…` lie in a second one, `<database>_audit`, where the service's user
    may only insert and read.
    """

    url: str = field(repr=False)  # holds the password
    database: str
    app_name: str
    _client: Any = field(init=False, repr=False)
    _collections: dict[str, Collection] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._client = AsyncIOMotorClient(
            self.url,
            appname=self.app_name,
            tz_aware=True,
            uuidRepresentation="standard",
            retryWrites=True,
            w="majority",
            readConcernLevel="majority",
            # A person at a page must not wait longer than this for "not available".
            serverSelectionTimeoutMS=4000,
            connectTimeoutMS=4000,
            socketTimeoutMS=20000,
            maxPoolSize=50,
        )

    def collection(self, name: str) -> Collection:
        """Made once: motor builds database and collection anew at each access, which is dear."""
        known = self._collections.get(name)
        if known is None:
            known = self._collections[name] = self._of(name)
        return known

    def aggregate(self, name: str, pipeline: list[Document], session: Session = None) -> Cursor:
        cursor: Cursor = self._of(name).aggregate(pipeline, session=session)
        return cursor

    def _database_of(self, name: str) -> Any:
        is_append_only = name.startswith(_APPEND_ONLY)
        return self._client[f"{self.database}_audit" if is_append_only else self.database]

    def _of(self, name: str) -> Any:
        return self._database_of(name)[name]

    async def in_transaction(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work(session)` in one transaction; it may run again after a transient conflict.

        Own loop, after the drivers' specification "Convenient API for Transactions": motor's
        `with_transaction` commits where its own retries do not reach, so that a commit interrupted
        by a restart of the server fails at once. A server that cannot be found is not waited for.
        """
        deadline = time.monotonic() + _TRY_SECONDS
        pause, longest = _PAUSE_SECONDS
        async with await self._client.start_session() as session:
            while True:
                session.start_transaction(
                    read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
                )
                try:
                    result = await work(session)
                    await _commit(session, deadline)
                except BaseException as error:
                    if session.in_transaction:
                        await session.abort_transaction()
                    if not _may_try_again(error, _TRANSIENT, deadline):
                        raise
                else:
                    return result
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311
                pause = min(pause * 1.5, longest)

    @contextlib.asynccontextmanager
    async def watch_inserts(self, name: str) -> AsyncIterator[AsyncIterator[Any]]:
        """A change stream of inserts into one collection, for waking up, never for truth."""
        pipeline = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        stream = self._of(name).watch(pipeline, max_await_time_ms=1000)
        async with stream:
            yield stream

    async def ensure_indexes(self, indexes: Mapping[str, list[IndexModel]]) -> None:
        """Create collections (transactions need them to exist) and their indexes."""
        existing: dict[str, list[str]] = {}
        for name, models in indexes.items():
            database = self._database_of(name)
            if database.name not in existing:
                existing[database.name] = await database.list_collection_names()
            if name not in existing[database.name]:
                # Another replica was faster: the driver sees it before or the server after.
                with contextlib.suppress(OperationFailure, CollectionInvalid):
                    await database.create_collection(name)
            if models:
                await database[name].create_indexes(models)

    async def drop_indexes(self, outdated: Mapping[str, Sequence[str]]) -> None:
        """Drop indexes of an earlier release by name, where they still are.

        Looked up before: dropping takes the collection for itself, even when there is nothing to
        drop, and waits for the transaction of a process that died.
        """
        for name, indexes in outdated.items():
            collection = self._of(name)
            for index in (await collection.index_information()).keys() & indexes:
                # another replica was faster
                with contextlib.suppress(OperationFailure):
                    await collection.drop_index(index)

    async def ping(self) -> bool:
        try:
            await self._client[self.database].command("ping")
        except PyMongoError:
            return False
        return True

    def close(self) -> None:
        self._client.close()


async def _commit(session: Session, deadline: float) -> None:
    """Commit; again while the server may have taken it and the answer was lost."""
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if isinstance(error, ExecutionTimeout):
                raise
            if not _may_try_again(error, _UNKNOWN_COMMIT, deadline):
                raise
        else:
            return


def _may_try_again(error: BaseException, label: str, deadline: float) -> bool:
    return (
        isinstance(error, PyMongoError)
        and not isinstance(error, ServerSelectionTimeoutError)
        and error.has_error_label(label)
        and time.monotonic() < deadline
    )
