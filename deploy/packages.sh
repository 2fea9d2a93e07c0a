# Installs the Debian packages that are named and missing. Sourced by deploy/run and tests/run.

install_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
    fi
    # Debian would start a cluster of its own, which nobody here uses.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        "${as_root[@]}" mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    echo "installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -q >/dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}

build_packages=(build-essential cmake ninja-build pkg-config libmicrohttpd-dev libpq-dev libjansson-dev uuid-dev libsodium-dev
    libqrencode-dev libcsv-dev libsystemd-dev postgresql postgresql-contrib graphviz fonts-wqy-microhei curl ca-certificates)
test_packages=(libcmocka-dev python3 python3-pytest python3-pytest-xdist python3-hypothesis python3-requests python3-psycopg2 pyflakes3 cppcheck clang clang-tidy libclang-rt-dev wrk)
