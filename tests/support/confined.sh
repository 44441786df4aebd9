#!/bin/sh
# Runs a command where an attack can do no harm: loopback alone, everything read-only but FOLDER, and
# as somebody without rights (nobody, where it is root who starts it).
#   confined.sh FOLDER PYTHON_HOME COMMAND…
set -eu

if [ "${1:-}" != --inside ]; then
    rights=
    [ "$(id -u)" -eq 0 ] || rights="--user --map-root-user"
    # shellcheck disable=SC2086  # two words, or none
    exec unshare $rights --net --mount --fork --pid --mount-proc --kill-child \
        -- "$0" --inside "$(id -u)" "$@"
fi
starter=$2 folder=$3 home=$4
shift 4

ip link set lo up
mount --make-rprivate /
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all"
[ "$starter" -eq 0 ] || nobody="setpriv --no-new-privs --bounding-set=-all"

# Python that stands in somebody's closed home: that home is empty meanwhile, but for it.
if ! $nobody test -x "$home/bin/python3"; then
    closed=$home
    until $nobody test -x "$(dirname "$closed")"; do closed=$(dirname "$closed"); done
    mkdir "$folder/python"
    mount --bind "$home" "$folder/python"
    mount -t tmpfs -o mode=755 none "$closed"
    mkdir -p "$home"
    mount --bind "$folder/python" "$home"
    umount "$folder/python"
fi

mount --bind "$folder" "$folder"
# Mounts below mounts: from the longest on, so that each is still to be seen.
cut -d' ' -f5 /proc/self/mountinfo | sort -r | while read -r place; do
    case $place in "$folder" | /proc | /proc/* | /dev | /dev/*) continue ;; esac
    mount -o remount,bind,ro "$place" 2>/dev/null || echo "stays writable: $place" >&2
done
cd "$folder"
# shellcheck disable=SC2086
exec $nobody "$@"
