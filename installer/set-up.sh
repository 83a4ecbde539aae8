#!/usr/bin/env bash
# Makes the virtual environment .venv from the hash locks, once: a second call finds its stamp and returns at once.
#
#   installer/set-up.sh run     what the program needs       (requirements.lock)
#   installer/set-up.sh day     the same, with the virtual card reader
#   installer/set-up.sh test    what the tests need as well  (requirements-dev.lock)
#
# Order: system packages, interpreter, venv, uv (itself from installer/bootstrap.lock), the locked packages, this
# project in editable form. Every download is checked against a hash. PYTHON=/path/to/python3.12 chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."

set_name=${1:?usage: set-up.sh run|day|test}
case $set_name in
  run | day) lock=requirements.lock kinds="run test" ;;
  test) lock=requirements-dev.lock kinds="test" ;;
  *) echo "set-up.sh: unknown set '$set_name' (run, day, test)" >&2; exit 2 ;;
esac

# An environment made for the tests serves the program too, so a `make run` after a `make test` does nothing.
digest=$(cat requirements.lock requirements-dev.lock installer/bootstrap.lock installer/build.lock pyproject.toml \
  | sha256sum | cut -c1-64)
stamp_text="$digest $PWD"
ready=no
for kind in $kinds; do
  stamp=.venv/set-up-$kind.stamp
  if [ -x .venv/bin/changshou ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$stamp_text" ]; then ready=yes; fi
done

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" && command -v "$PYTHON" && return 0
    echo "PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13." >&2
    return 1
  fi
  for candidate in python3 python3.12 python3.11 python3.13; do
    if fits "$candidate"; then command -v "$candidate"; return 0; fi
  done
  return 0   # none: the system packages bring one
}

# Nor does it take the tests' packages away when the locks have changed since: what was a test environment stays one.
if [ "$set_name" != test ] && { [ -f .venv/set-up-test.stamp ] || [ -x .venv/bin/pytest ]; }; then
  lock=requirements-dev.lock stamp_kind=test
else
  stamp_kind=$([ "$set_name" = test ] && echo test || echo run)
fi

if [ "$ready" = yes ]; then
  python=.venv/bin/python   # the interpreter is chosen and complete; only a deleted system package can be missing
else
  python=$(find_python)
fi
installer/system-packages.sh "$set_name" "$python"
[ "$ready" = no ] || exit 0

[ -n "$python" ] || python=$(find_python)
if [ -z "$python" ]; then
  echo "Changshou needs Python 3.11, 3.12 or 3.13; this machine has none of them. Name one: make setup PYTHON=/path/to/python3.12" >&2
  exit 1
fi

echo "Making .venv with $("$python" --version) from $lock"
rm -f .venv/set-up-*.stamp
if ! { [ -x .venv/bin/pip ] && fits .venv/bin/python && grep -q -- " $PWD/\.venv\$" .venv/pyvenv.cfg; }; then
  rm -rf .venv   # absent, half made, or moved here from another folder
  "$python" -m venv .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement installer/bootstrap.lock
uv() { .venv/bin/uv --quiet "$@" --python .venv/bin/python; }
export UV_PYTHON_DOWNLOADS=never
uv pip sync --require-hashes --build-constraints installer/build.lock "$lock"
uv pip install --no-deps --no-build-isolation --editable .
# Compiled here and once: who starts the program may not be allowed to write here, or be told not to (then each start
# compiled 400 modules again, 2 s of a 3 s start).
.venv/bin/python -m compileall -qq -j 0 -x '/(tests?|pip|uv|setuptools)/' .venv/lib ledger pos devices printing ui || true
printf '%s\n' "$stamp_text" > ".venv/set-up-$stamp_kind.stamp"
