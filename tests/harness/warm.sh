# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/harness/warm.sh
# For tests that run scripts: a tshark of which one start serves all runs of the test. KX_WARM_FOLDER names what
# tests/harness builds; without it each run has a start of its own, and so it has with KX_TEST_COLD set.
# shellcheck shell=sh

# FOLDER COMMAND ...: makes FOLDER/tshark. COMMAND becomes the user of the test, with that one's environment; FOLDER/tshark
# is to be run by the same user in the same environment. What it reports (-G) is kept.
make_tshark() {
    warm_folder=$1
    shift
    mkdir -p "$warm_folder/served"
    cat >"$warm_folder/tshark" <<SCRIPT
#!/bin/sh
here=$warm_folder
cold() { PATH='$PATH' ${KX_TEST_PRELOAD:+LD_PRELOAD='$KX_TEST_PRELOAD'} tshark "\$@"; }
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
    "$warm_folder/kx-tshark" --serve "$warm_folder/served/socket" \
        "$@" PATH="$PATH" LD_PRELOAD="${KX_TEST_PRELOAD-} $warm_folder/kx-warm.so" tshark --version >/dev/null 2>&1 &
    until [ -S "$warm_folder/served/socket" ]; do sleep 0.02; done
}
