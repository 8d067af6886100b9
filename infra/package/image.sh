#!/usr/bin/env bash
# image.sh ARCHIVE VERSION SECONDS OUT: an OCI image of what ARCHIVE holds, as the archive of an OCI layout, without an engine:
# one layer of Debian's packages that Node needs, one of the program. The same inputs give the same bytes. SECONDS: all its times.
set -euo pipefail
archive=$(realpath "$1") version=$2 seconds=$3 out=$(realpath -m "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -qq base-files gcc-14-base libc6 libgcc-s1 libstdc++6
mkdir -p base/var/lib/dpkg/status.d base/etc program/usr/lib/fieldgate program/usr/bin
for package in *.deb; do
  dpkg-deb -x "$package" base
  # Where scanners of images look for the packages of an image without dpkg.
  dpkg-deb -f "$package" >"base/var/lib/dpkg/status.d/${package%%_*}"
done
rm -rf base/usr/share/{doc,man,locale,info,lintian}
echo 'fieldgate:x:65532:65532::/work:/usr/sbin/nologin' >base/etc/passwd
echo 'fieldgate:x:65532:' >base/etc/group
tar -xzf "$archive" -C program/usr/lib/fieldgate --strip-components 1
ln -s ../lib/fieldgate/fieldgate program/usr/bin/fieldgate
mkdir -p program/work

when=$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)
umoci init --layout image
umoci new --image "image:$version"
for layer in base program; do
  tar --sort=name --mtime="@$seconds" --owner=0 --group=0 --numeric-owner --format=gnu -cf "$layer.tar" -C "$layer" .
  umoci raw add-layer --image "image:$version" --history.created "$when" --history.created_by "$layer" "$layer.tar"
done
umoci config --image "image:$version" --no-history --created "$when" --architecture amd64 --os linux \
  --config.entrypoint /usr/bin/fieldgate --config.user 65532:65532 --config.workingdir /work \
  --config.label "org.opencontainers.image.version=$version" --config.label org.opencontainers.image.licenses=Apache-2.0
umoci gc --layout image
tar --sort=name --mtime="@$seconds" --owner=0 --group=0 --numeric-owner -cf "$out" -C image .
