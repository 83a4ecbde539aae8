#!/usr/bin/env bash
# Installs the system packages that Changshou needs on Debian 12 and Ubuntu 24.04, and nothing when they are there.
#
#   installer/system-packages.sh run    the program: Qt's libraries, the card service, the voice, a C compiler for pyscard
#   installer/system-packages.sh day    the same, and the virtual card reader for `make day`
#   installer/system-packages.sh test   the same, and what the tests look at the product with
#
# Root or passwordless sudo installs them; anybody else is told the exact line and gets exit code 1.
# vsmartcard-vpcd (a reader made of software) listens on every address of the machine: it belongs on machines that
# test, never on a counter, so `run` does not install it.
set -euo pipefail

set_name=${1:?usage: system-packages.sh run|day|test}
python=${2:-}   # the interpreter the virtual environment will be made of; "" if there is none yet

# "a|b": either will do. Ubuntu 24.04 calls some libraries ...t64.
packages=(
  ca-certificates
  libgl1 libegl1 libx11-6 'libglib2.0-0|libglib2.0-0t64' libdbus-1-3 libfontconfig1 libfreetype6 libgssapi-krb5-2
  libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1
  libpcsclite1 pcscd espeak-ng alsa-utils
  gcc libc6-dev libpcsclite-dev
)
case $set_name in
  run) ;;
  day) packages+=(vsmartcard-vpcd) ;;
  test) packages+=(vsmartcard-vpcd xvfb xauth xdotool poppler-utils poppler-data hledger sqlite3) ;;
  *) echo "system-packages.sh: unknown set '$set_name' (run, day, test)" >&2; exit 2 ;;
esac

# What the interpreter itself lacks. Debian splits venv and the headers off; other builds bring them along.
if [ -z "$python" ]; then
  packages+=(python3 python3-venv python3-dev)
else
  minor=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}")')
  "$python" -c 'import ensurepip' 2>/dev/null || packages+=("$minor-venv")
  "$python" -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file())' \
    || packages+=("$minor-dev")
fi

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  echo "This is not Debian or Ubuntu: the equivalents of these packages must be present: ${packages[*]}" >&2
  exit 0
fi

installed=" $(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ') "
missing=()
for wanted in "${packages[@]}"; do
  found=no
  for name in ${wanted//|/ }; do
    case $installed in *" $name "*) found=yes ;; esac
  done
  [ "$found" = yes ] || missing+=("${wanted%%|*}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install_line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  printf 'Changshou needs system packages that are not installed. As root, run:\n\n  %s\n\nthen start make again.\n' \
    "$install_line" >&2
  exit 1
fi
echo "Installing system packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -qq \
  && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }; then
  printf 'The system packages could not be installed. As root, run:\n\n  %s\n' "$install_line" >&2
  exit 1
fi
