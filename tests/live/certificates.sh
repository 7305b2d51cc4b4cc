#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/live/certificates.sh DIRECTORY
# Makes an authority and a certificate for each key manager, for one recording: nothing of it is kept.
set -eu

case "${1-}" in
'' | -*) sed -n '3,4s/^# //p' "$0"; exit 2 ;;
esac
cd "$1"

new_key() {
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

new_key ca.key
openssl req -x509 -new -key ca.key -days 36500 -subj "/O=QKDN example/CN=QKDN example CA" -out ca.crt

for name in tokyo nagoya kyoto osaka; do
    host=$name.qkdn.example
    new_key "$name.key"
    openssl req -new -key "$name.key" -subj "/O=QKDN example/CN=$host" -out "$name.csr"
    printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$host" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 36500 \
        -extfile "$name.ext" -out "$name.crt" 2>/dev/null
done
