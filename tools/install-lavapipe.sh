#!/usr/bin/env bash
# Installs Mesa's lavapipe (a Vulkan driver that computes on the CPU) so that the WebGPU execution
# provider can be tested on a machine without a GPU. For Debian and Ubuntu; a second run changes nothing.
#
#   tools/install-lavapipe.sh           install if needed, then verify
#   tools/install-lavapipe.sh --check   verify only: exit 0 if lavapipe is usable, 1 if not
#
# The driver must be Mesa 25 or later: WebGPU refuses older ones as too limited. Where the configured
# package sources only hold an older Mesa, the release's "backports" suite is added beside them, from the
# same mirror and with the same key, and Mesa alone is taken from it (apt never prefers backports by itself).
set -euo pipefail

readonly minimum_mesa=25
readonly packages=(mesa-vulkan-drivers libvulkan1 vulkan-tools)

fail() { printf 'install-lavapipe: %s\n' "$*" >&2; exit 1; }
say() { printf 'install-lavapipe: %s\n' "$*"; }

# Prints the path of lavapipe's driver manifest, or nothing.
driver_manifest() {
  local folder file
  for folder in /usr/share/vulkan/icd.d /etc/vulkan/icd.d /usr/local/share/vulkan/icd.d; do
    for file in "$folder"/lvp_icd*.json; do
      if [[ -f $file ]]; then printf '%s\n' "$file"; return; fi
    done
  done
}

# Prints the major version in a Debian version string ("25.0.7-2~bpo12+1", "1:25.2"), 0 for none.
major_version() {
  local version=${1#*:}
  version=${version%%.*}
  if [[ $version =~ ^[0-9]+$ ]]; then printf '%s\n' "$version"; else printf '0\n'; fi
}

installed_mesa() { dpkg-query --show --showformat '${Version}' mesa-vulkan-drivers 2>/dev/null || true; }

# Prints the version that apt would install, from the suite in $1 if given.
candidate_mesa() {
  LC_ALL=C apt-cache ${1:+--option "APT::Default-Release=$1"} policy mesa-vulkan-drivers |
    awk '$1 == "Candidate:" { print $2 }'
}

# Starts lavapipe alone and reads back the device's name and driver. Prints the reason on failure.
verify() {
  local manifest summary driver device
  manifest=$(driver_manifest)
  [[ -n $manifest ]] || { printf 'no lvp_icd*.json under /usr/share/vulkan/icd.d\n'; return 1; }
  command -v vulkaninfo >/dev/null || { printf 'vulkaninfo (package vulkan-tools) is missing\n'; return 1; }
  # VK_DRIVER_FILES is the newer name of VK_ICD_FILENAMES: loaders know one or both.
  if ! summary=$(VK_DRIVER_FILES=$manifest VK_ICD_FILENAMES=$manifest vulkaninfo --summary 2>&1); then
    printf 'vulkaninfo failed: %s\n' "$(tail -n 3 <<<"$summary" | tr '\n' ' ')"
    return 1
  fi
  device=$(awk -F' = ' '/^[[:space:]]*deviceName/ { print $2; exit }' <<<"$summary")
  driver=$(awk -F' = ' '/^[[:space:]]*driverInfo/ { print $2; exit }' <<<"$summary")
  [[ $device == llvmpipe* ]] || { printf 'expected the device llvmpipe, got "%s"\n' "$device"; return 1; }
  [[ $driver =~ ^Mesa\ ([0-9]+) ]] || { printf 'expected a Mesa driver, got "%s"\n' "$driver"; return 1; }
  if (( BASH_REMATCH[1] < minimum_mesa )); then
    printf 'Mesa %s or later is needed, got "%s"\n' "$minimum_mesa" "$driver"
    return 1
  fi
  say "works: $device, $driver"
  say "WebGPU finds it by itself. To force it where a GPU is present too: VK_DRIVER_FILES=$manifest"
  say 'then set the execution provider to "webgpu"; the package tests pick it up without a setting'
}

# Runs a command as root.
as_root() {
  if (( EUID == 0 )); then "$@"; else sudo "$@"; fi
}

# Prints the stanza (*.sources) or line (*.list) of file $1 that carries suite $2, with suite $3 in its place:
# mirror, key and options stay as this machine has them.
derive_source() {
  local file=$1 suite=$2 replacement=$3
  if [[ $file == *.sources ]]; then
    awk -v RS= -v suite="$suite" -v replacement="$replacement" '
      $0 ~ "(^|\n)Types:[^\n]*deb( |\n|$)" && $0 ~ "(^|\n)Suites:([^\n]* )?" suite "( |\n|$)" {
        count = split($0, lines, "\n")
        for (i = 1; i <= count; i++) {
          if (lines[i] ~ /^#/) continue
          if (lines[i] ~ /^Suites:/) lines[i] = "Suites: " replacement
          if (lines[i] ~ /^Types:/) lines[i] = "Types: deb"
          print lines[i]
        }
        exit
      }' "$file"
  else
    awk -v suite="$suite" -v replacement="$replacement" '
      $1 == "deb" {
        for (i = 2; i < NF; i++) if ($i == suite) { $i = replacement; print; exit }
      }' "$file"
  fi
}

# Adds <codename>-backports beside the release's own package source, unless it is configured already.
add_backports() {
  local codename=$1 suite="$1-backports" origin file entry
  # shellcheck disable=SC2016 # the names in $( ) are apt's own
  if apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' | grep -qx "$suite"; then return; fi
  # "<file>:<number>" of the first configured index of the release.
  # shellcheck disable=SC2016
  origin=$(apt-get indextargets --format '$(SOURCESENTRY)' \
    'Created-By: Packages' "Release: $codename" 'Component: main' | head -n 1)
  origin=${origin%:*}
  entry=$([[ -z $origin ]] || derive_source "$origin" "$codename" "$suite")
  [[ -n $entry ]] || fail "found no package source for \"$codename main\" to derive $suite from.
Add $suite to apt's sources by hand and run this again."
  file="/etc/apt/sources.list.d/$suite.${origin##*.}"
  say "adding $suite in $file, derived from $origin"
  as_root tee "$file" <<<"$entry" >/dev/null
  if ! as_root apt-get update --quiet --quiet; then
    as_root rm -f "$file"
    fail "the configured mirror could not deliver $suite; $file was removed again.
Configure a mirror that carries $suite and run this again."
  fi
}

install_packages() {
  local release_flag=() version
  [[ -r /etc/os-release ]] || fail 'needs Debian or Ubuntu, found no /etc/os-release.'
  # shellcheck disable=SC1091
  . /etc/os-release
  if [[ "${ID:-} ${ID_LIKE:-}" != *debian* ]] || ! command -v apt-get >/dev/null; then
    fail "needs Debian or Ubuntu with apt-get, found \"${PRETTY_NAME:-unknown}\".
Install Mesa $minimum_mesa or later with its lavapipe driver by this system's own package manager."
  fi
  if (( EUID != 0 )) && ! command -v sudo >/dev/null; then
    fail "needs root to install ${packages[*]}, but runs as user id $EUID and there is no sudo. Run it as root."
  fi

  as_root apt-get update --quiet --quiet || fail 'apt-get update failed: see its message above.'
  version=$(candidate_mesa)
  if (( $(major_version "$version") < minimum_mesa )) && [[ ${ID:-} == debian && -n ${VERSION_CODENAME:-} ]]; then
    add_backports "$VERSION_CODENAME"
    release_flag=(--target-release "$VERSION_CODENAME-backports")
    version=$(candidate_mesa "$VERSION_CODENAME-backports")
  fi
  (( $(major_version "$version") >= minimum_mesa )) ||
    fail "Mesa $minimum_mesa or later is needed, the package sources of ${PRETTY_NAME:-this system} offer \"${version:-none}\".
Use a newer release (Debian 12 with backports, Debian 13, Ubuntu 24.04 with updates)."

  say "installing mesa-vulkan-drivers $version"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends \
    --option Dpkg::Use-Pty=0 \
    ${release_flag[@]+"${release_flag[@]}"} "${packages[@]}" || fail 'apt-get install failed: see its message above.'
}

case ${1:-} in
  --check)
    verify || fail "lavapipe is not usable here (reason above). Run $0 without --check to install it."
    ;;
  '')
    if (( $(major_version "$(installed_mesa)") < minimum_mesa )) || ! verify >/dev/null; then install_packages; fi
    verify || fail 'the packages are installed, but lavapipe does not start (reason above).'
    ;;
  *)
    fail "unknown argument \"$1\". Use no argument to install, --check to verify only."
    ;;
esac
