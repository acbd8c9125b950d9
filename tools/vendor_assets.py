"""Fetch the browser assets we vendor from npm, check them, trim them, precompress them.

`python tools/vendor_assets.py` rebuilds every folder `vendor/<name>-<version>/`; the results are
committed, so nobody needs npm to run, to build or to test the services, and no page ever loads
anything from another host. `tools/vendor.lock.json` pins the exact version and the SRI hash
of each package; `--add` writes the hash of a package that has none yet.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import brotli

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "tools" / "vendor.lock.json"
LICENCES = ROOT / "THIRD_PARTY_LICENSES"
SYSTEM_FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",sans-serif'
# Components of govuk-frontend that no page of ours uses; their rules are cut from the style sheet.
UNUSED_GOVUK = (
    "accordion", "breadcrumbs", "character-count", "cookie-banner", "exit-this-page", "footer",
    "generic-header", "header", "logo-dot", "notification-banner", "pagination", "password-input",
    "phase-banner", "service-navigation", "tabs",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", action="store_true", help="record hashes that are missing")
    add = parser.parse_args().add
    packages: dict[str, dict[str, Any]] = json.loads(LOCK.read_text("utf-8"))
    for spec, package in packages.items():
        with tempfile.TemporaryDirectory() as folder:
            archive = pack(spec, Path(folder))
            found = integrity(archive)
            if add and not package["integrity"]:
                package["integrity"] = found
            if found != package["integrity"]:
                print(f"{spec}: hash is {found}, the lock says {package['integrity']}")
                return 1
            unpack(archive, spec, package)
    LOCK.write_text(json.dumps(packages, indent=2) + "\n", "utf-8")
    return 0


def pack(spec: str, folder: Path) -> Path:
    """Download one package, without running any of its scripts."""
    subprocess.run(
        ["npm", "pack", spec, "--ignore-scripts", "--silent"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("*.tgz"))


def integrity(archive: Path) -> str:
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def unpack(archive: Path, spec: str, package: dict[str, Any]) -> None:
    """Copy the named files of one package to its vendor folder, and its licence text."""
    name, version = spec.rsplit("@", 1)
    short = name.strip("@").replace("/", "-")
    target = ROOT / package["into"] / f"{short}-{version}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        for member in package["files"]:
            text = read(tar, member)
            write(target / Path(member).name, trim(text, package.get("trim", "")))
            if package.get("served", True):
                write_compressed(target / Path(member).name)
        if package["licences"]:
            licence = "\n".join(read(tar, member) for member in package["licences"])
            (LICENCES / f"{short}.txt").write_text(licence, "utf-8")
    if not (LICENCES / f"{short}.txt").exists():
        sys.exit(f"{spec} ships no licence text: put it in THIRD_PARTY_LICENSES/{short}.txt")


def read(tar: tarfile.TarFile, member: str) -> str:
    file = tar.extractfile(f"package/{member}")
    if file is None:
        sys.exit(f"{member} is not in the package")
    return file.read().decode("utf-8")


def trim(text: str, how: str) -> str:
    text = re.sub(r"\n?(/\*|//)# sourceMappingURL=[^\n]*", "", text)
    return trim_govuk(text) if how == "govuk" else text


def trim_govuk(css: str) -> str:
    """No GDS Transport (its licence is for gov.uk only), no crest, no unused components."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", SYSTEM_FONTS)
    names = "|".join(UNUSED_GOVUK)
    unused = re.compile(rf"\.govuk-(?:{names})(?![a-z])|\.govuk-logo-dot")
    css = "".join(kept_rules(css, unused))
    left = re.search(r"GDS Transport|crest|crown|url\((?!data:)", css)
    if left:
        sys.exit(f"govuk-frontend still holds {left.group()!r}")
    return css


def kept_rules(css: str, unused: re.Pattern[str]) -> list[str]:
    """The rules of a minified style sheet, without selectors that match `unused`."""
    kept = []
    for head, body in split_rules(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(kept_rules(body, unused))
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if body else f"{head};")
        else:
            selectors = [s for s in re.split(r",(?![^()]*\))", head) if not unused.search(s)]
            kept += [f"{','.join(selectors)}{{{body}}}"] if selectors else []
    return kept


def split_rules(css: str) -> list[tuple[str, str]]:
    """(selector or at-rule, body) of each rule at the top level; strings hold no braces."""
    rules, start, depth, opened = [], 0, 0, 0
    for at, sign in enumerate(css):
        if sign == ";" and depth == 0:
            rules.append((css[start:at].strip(), ""))
            start = at + 1
        elif sign == "{":
            opened = at if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                rules.append((css[start:opened].strip(), css[opened + 1 : at]))
                start = at + 1
    return rules


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size}")


def write_compressed(path: Path) -> None:
    """Beside the file, what the server sends to browsers that take brotli or gzip."""
    data = path.read_bytes()
    small = brotli.compress(data, quality=11)
    path.with_name(path.name + ".br").write_bytes(small)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"  br {len(small)}")


if __name__ == "__main__":
    sys.exit(main())
