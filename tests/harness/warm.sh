# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/harness/warm.sh
# For tests that run scripts: a tshark of which one start serves all runs of the test. KX_WARM_FOLDER names what
# tests/harness builds; without it each run has a start of its own, and so it has with KX_TEST_COLD set.
# shellcheck shell=sh

# FOLDER VARIABLE=VALUE ...: makes FOLDER/tshark, which has these in its environment, and no privileges: what they name must
# be readable by everyone. No blanks in any of it. What tshark reports (-G) is kept.
make_tshark() {
    warm_folder=$1
    shift
    warm_server=
    warm_drop=
    [ "$(id -u)" -ne 0 ] || warm_drop='setpriv --reuid=65534 --regid=65534 --clear-groups'
    mkdir -p "$warm_folder/served"
    cat >"$warm_folder/tshark" <<SCRIPT
#!/bin/sh
here=$warm_folder
drop=
[ "\$(id -u)" -ne 0 ] || drop='$warm_drop'
cold() { \$drop env $* PATH='$PATH' ${KX_TEST_PRELOAD:+LD_PRELOAD='$KX_TEST_PRELOAD'} tshark "\$@"; }
if [ "\$1" = -G ]; then
    report=\$here/served/report\$(printf '%s' "\$*" | tr -c 'a-z-' _)
    [ -e "\$report" ] || { cold "\$@" >"\$report.\$\$" && mv "\$report.\$\$" "\$report"; } || exit
    exec cat "\$report"
fi
if [ -S "\$here/served/socket" ]; then
    "\$here/kx-tshark" "\$here/served/socket" "\$@"
    status=\$?
    [ \$status -eq 75 ] || exit \$status
fi
cold "\$@"
SCRIPT
    chmod 755 "$warm_folder" "$warm_folder/tshark"
    chmod 1777 "$warm_folder/served"
    [ -z "${KX_TEST_COLD-}" ] && [ -e "${KX_WARM_FOLDER-}/kx-tshark" ] || return 0
    cp "$KX_WARM_FOLDER/kx-tshark" "$KX_WARM_FOLDER/kx-warm.so" "$warm_folder"
    # shellcheck disable=SC2086
    "$warm_folder/kx-tshark" --serve "$warm_folder/served/socket" $warm_drop env "$@" PATH="$PATH" \
        LD_PRELOAD="${KX_TEST_PRELOAD-} $warm_folder/kx-warm.so" tshark --version >/dev/null 2>&1 &
    warm_server=$!
    until [ -S "$warm_folder/served/socket" ]; do sleep 0.02; done
}

# To be called at the end of the test.
end_tshark() {
    [ -z "${warm_server-}" ] || { kill "$warm_server"; wait "$warm_server" || true; } 2>/dev/null
}
