#!/usr/bin/env bash
# Installs from the distribution's own packages what the tests need beside Python. Says nothing when all is there.
set -euo pipefail

missing=()
[ -n "${TEST_PG_URL:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
[ -x /usr/sbin/slapd ] || missing+=(slapd)
[ -x /usr/bin/chromium ] || missing+=(chromium)
compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

refuse() {
    echo "测试还缺少系统软件包：${missing[*]}。请管理员执行 apt-get update && apt-get install --no-install-recommends ${missing[*]}，然后再运行一次。" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || refuse

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --yes -qq --no-install-recommends "${missing[@]}")

echo "正在安装测试所需的软件包：${missing[*]}" >&2
# The package lists may be absent or old: fetch them only when a first attempt fails.
if ! "${install[@]}" >"$log" 2>&1 </dev/null; then
    { apt-get update -qq && "${install[@]}"; } >>"$log" 2>&1 </dev/null || { tail -n 20 "$log" >&2; refuse; }
fi
# Of slapd only the program is wanted: the package's own service would answer the whole network.
if [[ " ${missing[*]} " == *" slapd "* ]] && command -v systemctl >/dev/null; then
    systemctl disable --now slapd >>"$log" 2>&1 || true
fi
