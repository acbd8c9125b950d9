"""Users and least rights on a MinIO server, by its admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from minio import MinioAdmin  # noqa: TID251  # makes users, which no service may
from minio.credentials.providers import StaticProvider  # noqa: TID251
from minio.error import MinioAdminException  # noqa: TID251

from deploy.local.seaweed import LOCKED, READS, REGION, WRITES, Key

_ALREADY = "PolicyChangeAlreadyApplied"


def policy_of(service: str) -> dict[str, Any]:
    """What a service may do, as an S3 policy; the same table gives SeaweedFS its rights."""
    readable, writable = READS[service], WRITES[service]
    locked = [bucket for bucket in readable if bucket == LOCKED]
    statements = [
        _allow(["s3:GetObject"], [f"{bucket}/*" for bucket in readable]),
        # Without it a missing object would answer "denied" instead of "not there".
        _allow(["s3:ListBucket", "s3:GetBucketLocation"], list(readable)),
        _allow(["s3:PutObject"], [f"{bucket}/*" for bucket in writable]),
        _allow(
            ["s3:DeleteObject", "s3:AbortMultipartUpload"],
            [f"{bucket}/*" for bucket in writable if bucket != LOCKED],
        ),
        _allow(["s3:GetObjectVersion"], [f"{bucket}/*" for bucket in locked]),
        _allow(["s3:ListBucketVersions"], locked),
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [each for each in statements if each["Resource"]],
    }


def make_minio_users(endpoint: str, admin: Key, secrets: Mapping[str, str]) -> None:
    """One user and one policy per service; again is harmless and brings them up to date."""
    address = urlsplit(endpoint)
    client = MinioAdmin(
        endpoint=address.netloc,
        credentials=StaticProvider(admin.access, admin.secret),
        region=REGION,
        secure=address.scheme == "https",
    )
    for service, secret in secrets.items():
        client.user_add(service, secret)
        client.policy_add(f"service-{service}", policy=policy_of(service))
        try:
            client.attach_policy([f"service-{service}"], user=service)
        except MinioAdminException as error:
            if _ALREADY not in str(error):
                raise


def _allow(actions: list[str], resources: list[str]) -> dict[str, object]:
    return {
        "Effect": "Allow",
        "Action": actions,
        "Resource": [f"arn:aws:s3:::{resource}" for resource in resources],
    }
