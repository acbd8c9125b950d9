#!/usr/bin/env bash
# Brings a machine to where the project runs: system packages, and .venv from the lock.
#   install.sh packages up|test    missing Debian packages: installs them as root, else says how (exit 2)
#   install.sh venv                .venv with exactly the versions and hashes of requirements-dev.lock
set -euo pipefail
cd "$(dirname "$0")/../.."
list=deploy/local/debian-packages.txt
policy=${POLICY_FILE:-/usr/sbin/policy-rc.d}

wanted_packages() {
  sed 's/#.*//' "$list" | awk -v all="$1" 'NF && ($2 == "up" || all == "test") {print $1}'
}

missing_packages() {
  local package
  for package in $(wanted_packages "$1"); do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
  # Debian's own Python comes without the module that makes environments.
  if [ ! -x .venv/bin/python ] && ! "$(find_python)" -c 'import ensurepip' 2>/dev/null; then
    echo python3-venv
  fi
}

packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This needs Debian 12 or a relative of it; elsewhere install: $(wanted_packages "$1" | xargs)" >&2
    exit 2
  fi
  local missing
  missing=$(missing_packages "$1" | xargs)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "Missing system packages; run: sudo apt-get install --no-install-recommends $missing" >&2
    exit 2
  fi
  echo "Installing system packages: $missing"
  # Debian starts a server right after installing it. Ours run under .local/ instead, so for the
  # length of the installation nothing may be started.
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of names
  apt-get install -qq -y --no-install-recommends $missing >/dev/null 2>&1 || {
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing >/dev/null
  }
}

find_python() {
  local candidate
  for candidate in python3.11 python3 python3.12 python3.13; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  echo "Python 3.11 or newer is needed and was not found; run: sudo apt-get install python3 python3-venv" >&2
  exit 2
}

venv() {
  local python wanted
  python=$(find_python)
  wanted=$(cat requirements-dev.lock deploy/local/installer.lock | sha256sum | cut -d' ' -f1)
  # A moved or half-made environment does not start its own Python.
  if ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Creating .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
  fi
  [ "$(cat .venv/installed 2>/dev/null)" = "$wanted" ] && return
  echo "Installing Python packages from requirements-dev.lock"
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes \
    -r deploy/local/installer.lock
  .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r requirements-dev.lock
  echo "$wanted" >.venv/installed
}

case "${1:-}" in
  packages) packages "${2:-up}" ;;
  venv) venv ;;
  *) sed -n '2,4s/^# \?//p' "$0" && exit 64 ;;
esac
