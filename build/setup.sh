# Set-up steps of the launcher; sourced, never run. Everything it prints goes to standard error, so that a verb's output stays clean.
# Expects: root, state, hosts.

# Debian packages, and the file that shows each is there.
declare -A debian_packages=(
  [libonnx-dev]=/usr/include/onnx/onnx.proto
  [mosquitto]=/usr/sbin/mosquitto
  [libmosquitto1]='/usr/lib/*/libmosquitto.so.1'
)

say() { printf '%s\n' "$*" >&2; }

fail() {
  printf 'edgeadapt: %s\n' "$*" >&2
  exit 1
}

# The flavour to use: forced by flag or environment, else remembered, else not chosen yet (empty).
flavour() {
  if [[ -n ${EDGEADAPT_FLAVOUR:-} ]]; then
    printf '%s' "$EDGEADAPT_FLAVOUR"
  elif [[ -f $state/flavour ]]; then
    cat "$state/flavour"
  fi
}

own_architecture() {
  if [[ $(uname -m) == aarch64 ]]; then printf arm64; else printf x64; fi
}

# True when the last build is newer than everything that goes into it. One pass of find, no dotnet: later starts stay fast.
is_ready() {
  local stamp
  stamp="$state/built-$(flavour)"
  [[ -n $(flavour) && -f $stamp ]] || return 1
  local newer
  newer=$(find "$root/src" "$root/edge" "$root/cloud" "$root/shared" "$root"/Directory.* "$root/global.json" "$root/package-lock.json" \
    \( -name bin -o -name obj \) -prune -o \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.svg' \) \
    ! -name 'packages.*.lock.json' -newer "$stamp" -print -quit)
  [[ -z $newer ]]
}

ensure_ready() {
  is_ready && return
  mkdir -p "$state"

  # Two first starts at once would build into the same folders.
  exec 9>"$state/lock"
  if ! flock --nonblock 9; then
    say "Another command of this checkout installs or builds; waiting until it is done"
    flock 9
  fi
  if ! is_ready; then
    # Without the lock: the compilers that a build leaves running for the next one would hold it for a quarter of an hour.
    make_ready 9>&-
  fi
  exec 9>&-
}

make_ready() {
  require_tools
  install_debian_packages "${!debian_packages[@]}"
  choose_flavour
  [[ $(flavour) == nuget ]] || install_npm_packages
  [[ $(own_architecture) != arm64 ]] || install_arm64_library
  build_product
}

require_tools() {
  command -v dotnet >/dev/null ||
    fail "the .NET SDK 10 is not installed. Install it (https://dotnet.microsoft.com/download) and run this command again."
  local sdk
  sdk=$(cd "$root" && dotnet --version 2>&1) ||
    fail "no .NET SDK 10 found (global.json asks for it). Install it (https://dotnet.microsoft.com/download) and run this command again."
  [[ $sdk == 10.* ]] || fail "the .NET SDK is $sdk; version 10 is needed. Install it and run this command again."
}

missing_packages() {
  local name
  for name in "$@"; do
    compgen -G "${debian_packages[$name]}" >/dev/null || printf '%s\n' "$name"
  done
}

install_debian_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null ||
    fail "missing: ${missing[*]}. This system has no apt-get; install the packages that hold these files by hand: $(for m in "${missing[@]}"; do printf '%s ' "${debian_packages[$m]}"; done)"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "missing Debian packages: ${missing[*]}. There is no sudo; as root run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing Debian packages: ${missing[*]}"
  local log="$state/apt.log"
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    fail "apt-get could not install: ${missing[*]} (log: $log). Install them by hand and run this command again."
  fi

  # Debian starts a broker of its own on installation; EdgeAdapt's demo and tests start theirs on a free port and need none running.
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) || fail "apt-get ran, but still missing: ${missing[*]} (log: $log)."
}

# `nuget` where the publishers' packages can be had, else `portable`. Of the publishers' packages the one with CUDA is used, which has nothing for arm64.
choose_flavour() {
  [[ -z $(flavour) ]] || return 0
  local log="$state/nuget-probe.log"
  [[ $(own_architecture) == arm64 ]] || say "Looking for the ONNX Runtime and MQTTnet packages (nuget flavour)"
  if [[ $(own_architecture) != arm64 ]] && (cd "$root" && dotnet restore build/FlavourProbe.proj --verbosity quiet) >"$log" 2>&1; then
    printf nuget >"$state/flavour"
  else
    printf portable >"$state/flavour"
  fi
  say "Using the $(flavour) flavour (remembered in .edgeadapt/flavour; --flavour forces one)"
}

install_npm_packages() {
  local lock="$root/package-lock.json" installed="$root/node_modules/.package-lock.json"
  [[ -f $installed && ! $lock -nt $installed ]] && return
  command -v npm >/dev/null || fail "npm is not installed. Install Node.js with npm (Debian: apt-get install npm) and run this command again."
  say "Installing ONNX Runtime from npm (about 170 MB)"
  local log="$state/npm.log"
  if ! (cd "$root" && npm ci --ignore-scripts --no-progress) >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    fail "npm could not install the packages of package-lock.json (log: $log). Check the network and run this command again."
  fi
}

install_arm64_library() {
  "$root/build/onnxruntime-arm64.sh" || fail "ONNX Runtime for arm64 could not be installed. Check the network and run this command again."
}

build_product() {
  local project log="$state/build.log" stamp
  stamp="$state/built-$(flavour)"
  touch "$stamp.new"
  : >"$log"
  for project in "${hosts[@]}"; do
    say "Building ${project##*/} (Release, $(flavour) flavour)"
    if ! (cd "$root" && dotnet build "$project" -c Release --nologo --verbosity quiet "-p:EdgeAdaptFlavour=$(flavour)") >>"$log" 2>&1; then
      grep -E 'error' "$log" | sort -u | head -n 20 >&2
      fail "the build failed (log: $log)."
    fi
  done
  mv "$stamp.new" "$stamp"
}

ensure_benchmark_peer() {
  /usr/bin/python3 -c 'import torch, torchvision' 2>/dev/null && return
  debian_packages=([python3-torch]=/usr/lib/python3/dist-packages/torch/__init__.py [python3-torchvision]=/usr/lib/python3/dist-packages/torchvision/__init__.py)
  install_debian_packages "${!debian_packages[@]}"
}

# The page on the device is tested in a browser. Where none can be installed its tests are skipped, visibly, and the others run.
ensure_test_browser() {
  command -v chromium >/dev/null && return
  (
    debian_packages=([chromium]=/usr/bin/chromium)
    install_debian_packages chromium
  ) || say "No Chromium: the tests of the device's page in a browser are skipped."
}
