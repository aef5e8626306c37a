# shellcheck shell=bash
# What the commands of this folder share: headed steps with a log, packages, configuring and compiling.
# Sourced, never run. Expects `set -euo pipefail` and the working directory at the root of the repository.

log_folder=build/log
failure_lines=40                      # of a failing step's output that are shown
succeeded_line='^\[[0-9]*/[0-9]*\] '  # ninja's progress: what it says before an error is of no help
heartbeat_s=10                        # between progress lines where the output is not a terminal
job_memory_kib=$((1536 * 1024))       # one compiler at its worst; more jobs than memory would be killed

if [[ -t 1 ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' dim='' red='' green='' plain=''
fi

die() {
  printf '%s%s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

# Reads a step's output: all of it goes to the log, a line now and then to the reader.
show_progress() {
  local log=$1 line next_s=$((SECONDS + heartbeat_s))
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >>"$log"
    if [[ -t 1 ]]; then
      printf '\r\e[K  %s%s%s' "$dim" "${line:0:$((${COLUMNS:-80} - 4))}" "$plain"
    elif ((SECONDS >= next_s)); then
      printf '  %s\n' "${line:0:100}"
      next_s=$((SECONDS + heartbeat_s))
    fi
  done
  [[ ! -t 1 ]] || printf '\r\e[K'
}

# step TITLE HINT COMMAND… runs the command under a heading. When it fails, the reader learns which step it
# was, its last lines and how to go on, and the script ends.
step() {
  local title=$1 hint=$2 log started_s=$SECONDS status=0
  shift 2
  log=$log_folder/$(tr -cs 'a-z0-9\n' - <<<"${title,,}").log
  mkdir -p "$log_folder"
  printf '$ %s\n' "$*" >"$log"
  printf '%s== %s%s\n' "$bold" "$title" "$plain"
  "$@" 2>&1 </dev/null | show_progress "$log" || status=$?
  if ((status != 0)); then
    {
      printf '%sFAILED: %s%s (exit code %s). The last lines of %s:\n' "$red" "$title" "$plain" "$status" "$log"
      grep -v "$succeeded_line" "$log" | tail -n "$failure_lines" | sed 's/^/  | /'
      printf '%s\n' "$hint"
    } >&2
    exit "$status"
  fi
  printf '  %sdone%s in %s s\n' "$green" "$plain" "$((SECONDS - started_s))"
}

# --- packages -------------------------------------------------------------------------------------------

node_at_least_18() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  [[ ${version%%.*} -ge 18 ]]
}

# Prints the packages of the named sections of bin/packages which this machine needs.
packages_wanted() {
  local section='' package condition command
  while read -r package condition command; do
    case $package in
      '' | '#'*) ;;
      '['*) section=${package//[\[\]]/} ;;
      *)
        [[ " $* " == *" $section "* ]] || continue
        if [[ $condition == unless ]] && is_there "$command"; then continue; fi
        printf '%s\n' "$package"
        ;;
    esac
  done <bin/packages
}

# What follows "unless": a function of this file, which is asked, or a program, which only has to exist.
is_there() {
  if [[ $(type -t "$1") == function ]]; then "$1"; else command -v "$1" >/dev/null; fi
}

packages_missing() {
  local wanted
  wanted=$(packages_wanted "$@")
  # dpkg-query complains about names it never heard of; they are missing all the same.
  # shellcheck disable=SC2086
  comm -23 <(sort -u <<<"$wanted") \
    <({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true; } |
      sed -n 's/^installed //p' | sort)
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=120 \
    -o Dpkg::Use-Pty=0 "$@"
}

# Installs what the named sections of bin/packages lack. Does not touch apt when nothing is missing.
install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    printf 'Not a Debian system: nothing is installed; bin/packages lists what the build needs.\n'
    return
  fi
  missing=$(packages_missing "$@" | tr '\n' ' ')
  [[ -n $missing ]] || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "These packages are missing, and there is neither root nor sudo to install them: $missing"
    # Asked here, where the terminal is still the user's; the steps below have their output captured.
    sudo -n true 2>/dev/null || sudo -v ||
      die "sudo was refused. Install these packages, then start again: $missing"
  fi
  printf 'Missing packages: %s\n' "$missing"
  step 'Refresh the package lists' 'Is the network up? Check /etc/apt/sources.list*, then start again.' \
    apt update
  # shellcheck disable=SC2086
  step 'Install packages' \
    "Repair it with: apt-get install $missing— on Debian 12 all of them exist. Then start again." \
    apt install --no-install-recommends $missing
}

# --- building -------------------------------------------------------------------------------------------

compile_jobs() {
  local by_cores by_memory
  by_cores=$(nproc)
  by_memory=$(awk -v job="$job_memory_kib" '/^MemAvailable:/ { print int($2 / job) }' /proc/meminfo)
  ((by_memory >= 1)) || by_memory=1
  echo $((by_cores < by_memory ? by_cores : by_memory))
}

use_ccache() {
  command -v ccache >/dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache  # CMake reads it when it configures for the first time
  # Another clone in another folder finds the same objects.
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  # A cache that cannot be written would fail every compilation.
  mkdir -p "$(ccache --get-config cache_dir)" 2>/dev/null || export CCACHE_DISABLE=1
}

# configure PRESET ON|OFF: with or without the test programs. Quick when the preset is configured like that;
# ninja itself notices changed CMakeLists.
configure() {
  local preset=$1 tests=$2 folder=build/$1
  if [[ $folder/build.ninja -nt CMakePresets.json ]] &&
    { [[ $tests == OFF ]] || grep -q '^DUPLEX_TESTS:BOOL=ON$' "$folder/CMakeCache.txt"; }; then
    return
  fi
  step "Configure $preset" "Mend the first CMake Error above. If $folder was made elsewhere or by another compiler, remove it." \
    cmake --preset "$preset" "-DDUPLEX_TESTS=$tests"
}

# compile PRESET TARGET…
compile() {
  local preset=$1
  shift
  step "Compile $preset" "Mend the first error (the log has them all), then start again." \
    ninja -C "build/$preset" -j "$(compile_jobs)" "$@"
}
