#!/usr/bin/env bash
# Makes a whole root file system for one program: it, the libraries that it is linked to, certificates
# and a name for who runs it. There is no shell in it and nothing else to run. What comes from Debian is
# noted where scanners look for it, with its licence.
#
# usage: packaging/root.sh PROGRAM FOLDER
set -euo pipefail
program=$1 root=$2

# Whoever runs the program must be able to get in.
install -d -m 0755 "$root"
mkdir -p "$root"/{etc,proc,dev,usr/local/bin,usr/share/doc,var/lib/dpkg/status.d}
install -m 0755 "$program" "$root/usr/local/bin/"

libraries=$(ldd "$program" | grep -o '/[^ ]*')
certificates=/etc/ssl/certs/ca-certificates.crt
for file in $libraries $certificates; do
    cp --dereference --parents "$file" "$root"
done

# The owner of a library is known by its name in the folder that /lib leads to, or by that in /lib itself.
for file in $libraries; do
    dpkg-query --search "$(realpath "$file")" 2>/dev/null || dpkg-query --search "$file"
done | cut -d: -f1 | sort -u | while read -r package; do
    dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
    cp --dereference --parents "/usr/share/doc/$package/copyright" "$root"
done
dpkg-query --status ca-certificates >"$root/var/lib/dpkg/status.d/ca-certificates"
cp /etc/os-release "$root/etc/"

echo 'folkmoot:x:65532:65532::/var/lib/folkmoot:/none' >"$root/etc/passwd"
echo 'folkmoot:x:65532:' >"$root/etc/group"
# Names that the container's own file has, then those of the network.
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

# The one place for files that change: SQLite's, where there is no Postgres.
install -d -m 0750 -o 65532 -g 65532 "$root/var/lib/folkmoot"
