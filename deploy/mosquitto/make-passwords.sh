#!/usr/bin/env bash
# Makes passwords for the broker's clients: one file NAME.password for each, and the broker's own file of hashes.
set -euo pipefail

usage() {
  cat <<'TEXT'
Makes DIR/passwords for the broker and DIR/NAME.password for each client. Clients that have a password in DIR keep it, also those that are not named.

Usage: make-passwords.sh DIR NAME...

Example: deploy/mosquitto/make-passwords.sh deploy/compose/secrets cloud cam-1 cam-2

NAME is "cloud" for the cloud service and the device name for an agent. To take a client out, delete DIR/NAME.password and name another.
The broker reads DIR/passwords at its start and at SIGHUP; a container that mounts the file alone sees the new one after a restart.
Needs mosquitto_passwd (Debian: mosquitto).
TEXT
}

fail() {
  printf 'make-passwords: %s\n' "$*" >&2
  exit 1
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
esac
(($# >= 2)) || { usage >&2; exit 2; }
command -v mosquitto_passwd >/dev/null || fail "mosquitto_passwd is not installed. Install it (Debian: apt-get install mosquitto)."

folder=$1
shift
mkdir -p "$folder"

# Containers read single files under other user ids, so the files are readable; the folder keeps other users of this machine out.
chmod 700 "$folder"
hashes=$(mktemp "$folder/.passwords.XXXXXX")
trap 'rm -f "$hashes"' EXIT
check_name() { [[ $1 =~ ^[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$ ]] || fail "'$1' cannot be a name: use letters, digits, '_' and '-'."; }

for name in "$@"; do
  check_name "$name"
  secret="$folder/$name.password"
  if [[ ! -s $secret ]]; then
    head -c 24 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_' >"$secret"
    chmod 644 "$secret"
  fi
done

# Of all who have a password: whoever is missing here is refused by the broker from its next start on.
names=()
for secret in "$folder"/*.password; do
  name=${secret##*/}
  name=${name%.password}
  check_name "$name"
  names+=("$name")
  printf '%s:%s\n' "$name" "$(<"$secret")" >>"$hashes"
done

# Hashes in place; the plain passwords never stand on a command line.
mosquitto_passwd -U "$hashes"
chmod 644 "$hashes"
mv "$hashes" "$folder/passwords"
printf 'Wrote %s/passwords for: %s\n' "$folder" "${names[*]}"
