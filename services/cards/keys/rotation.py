"""New, rotate, revoke: what may become of a ring of keys; pure, no I/O.

A key signs for a year and its cards count until the last of them has ended, and a month more.
Its public half is published a week before it signs, so that whoever checks offline knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.cards.keys.public import PublicKey
from services.cards.keys.ring import Ring, RingKey
from shared.clock import OFFICE_ZONE
from shared.dates import add_months

SIGNS_MONTHS = 12
PUBLISHED_BEFORE = timedelta(days=7)
LATEST_START = timedelta(days=90)
KEPT_AFTER = timedelta(days=30)
WARN_BEFORE = timedelta(days=30)


class Refused(Exception):
    """What was asked makes no sense; the message says what does."""


@dataclass(frozen=True)
class FreshKey:
    """A key just made: its private half as PEM, or its label in the PKCS#11 token."""

    public: PublicKey
    private_key: str | None = None
    pkcs11: str | None = None


Make = Callable[[], FreshKey]  # called only when nothing is wrong: a token keeps what it made


def add_first(ring: Ring, make: Make, now: datetime, validity_months: int) -> Ring:
    """A key that signs at once, because none does; raises `Refused`."""
    current = ring.current(now)
    if current is not None:
        raise Refused(f"key {current.kid} signs until {_told(current.exp_sign)}: use rotate")
    # of the hour: a service whose clock is a little behind can sign at once, too
    begin = now.replace(minute=0, second=0, microsecond=0)
    return Ring(keys=(*tidied(ring, now).keys, _key(make(), begin, validity_months)))


def rotate(ring: Ring, make: Make, now: datetime, validity_months: int, after: timedelta) -> Ring:
    """A key that follows the current one, which signs until then; raises `Refused`."""
    current = ring.current(now)
    if current is None:
        raise Refused("no key signs now, so there is nothing to rotate: use new")
    waiting = [key for key in ring.keys if key.is_waiting(now)]
    if waiting:
        raise Refused(f"key {waiting[0].kid} waits already: it signs from {_told(waiting[0].nbf)}")
    if not PUBLISHED_BEFORE <= after <= LATEST_START:
        raise Refused(
            f"a new key is published {PUBLISHED_BEFORE.days} days or more before it signs, and"
            f" {LATEST_START.days} at most: verifiers that are offline must know it by then"
        )
    begin = (now + after).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    ended = current.model_copy(
        update={"exp_sign": begin, "exp_verify": _exp_verify(begin, validity_months)}
    )
    keys = tuple(ended if key.kid == current.kid else key for key in tidied(ring, now).keys)
    return Ring(keys=(*keys, _key(make(), begin, validity_months)))


def revoke(ring: Ring, kid: str, now: datetime, since: datetime) -> Ring:
    """The key signs no more, and what it signed from `since` on does not count."""
    found = next((key for key in ring.keys if key.kid == kid), None)
    if found is None:
        raise Refused(f"no key {kid}: list shows them")
    if found.revoked_at is not None and found.revoked_at <= since:
        raise Refused(f"key {kid} is revoked from {_told(found.revoked_at)} already")
    if since > now:
        raise Refused("a key is revoked from now or from an earlier moment, not from a later one")
    revoked = found.model_copy(update={"revoked_at": since})
    keys = tuple(revoked if key.kid == kid else key for key in ring.keys)
    return tidied(Ring(keys=keys), now)


def tidied(ring: Ring, now: datetime) -> Ring:
    """Without keys that no card needs, and without private halves that may sign no more."""
    return Ring(
        keys=tuple(
            key
            if key.signs_at(now) or key.is_waiting(now)
            else key.model_copy(update={"private_key": None, "pkcs11": None})
            for key in ring.published(now)
        )
    )


def warning(ring: Ring, now: datetime) -> str | None:
    """What the operator must do soon or at once; None when all is well."""
    current = ring.current(now)
    if current is None:
        return "No key signs now; cards wait. Make one with: new"
    if any(key.is_waiting(now) for key in ring.keys):
        return None
    left = current.exp_sign - now
    if left < WARN_BEFORE:
        return f"The key signs for {left.days} more days. Make the next one with: rotate"
    return None


def _key(fresh: FreshKey, begin: datetime, validity_months: int) -> RingKey:
    exp_sign = _months_after(begin, SIGNS_MONTHS)
    return RingKey(
        kid=fresh.public.kid.hex(),
        x=fresh.public.jwk["x"],
        y=fresh.public.jwk["y"],
        nbf=begin,
        exp_sign=exp_sign,
        exp_verify=_exp_verify(exp_sign, validity_months),
        private_key=fresh.private_key,
        pkcs11=fresh.pkcs11,
    )


def _exp_verify(exp_sign: datetime, validity_months: int) -> datetime:
    return _months_after(exp_sign, validity_months) + KEPT_AFTER


def _months_after(moment: datetime, months: int) -> datetime:
    return datetime.combine(add_months(moment.date(), months), moment.timetz())


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE_ZONE):%d %b %Y %H:%M %Z}"
