#!/usr/bin/env bash
# Runs the test projects one after another and adds up their results.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Runs the tests. The last line is: N passed, N failed, N skipped

Usage: ./edgeadapt test [--unit | --end-to-end] [--project NAME]... [--filter EXPRESSION]

  --unit           everything but the tests that run whole processes for a minute
  --end-to-end     only those
  --project NAME   only the test projects whose name contains NAME
  --filter EXPR    passed on to `dotnet test --filter`

Example: ./edgeadapt test --project Gradients
TEXT
}

fail() {
  printf 'edgeadapt test: %s\n' "$*" >&2
  exit 2
}

stage=all filter='' names=()
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --unit) stage=unit && shift ;;
    --end-to-end) stage=end-to-end && shift ;;
    --project) names+=("${2:?--project takes a name}") && shift 2 ;;
    --filter) filter=${2:?--filter takes an expression} && shift 2 ;;
    *) fail "unknown option '$1'; see ./edgeadapt test --help" ;;
  esac
done

wanted() {
  local name=$1 part
  case $stage in
    unit) [[ $name != EdgeAdapt.EndToEnd.Tests ]] || return 1 ;;
    end-to-end) [[ $name == EdgeAdapt.EndToEnd.Tests ]] || return 1 ;;
  esac
  ((${#names[@]})) || return 0
  for part in "${names[@]}"; do
    [[ $name != *"$part"* ]] || return 0
  done
  return 1
}

flavour=${EDGEADAPT_FLAVOUR:-portable}
results=artifacts/tests
rm -rf "$results"
mkdir -p "$results"
printf 'Building the solution (Release, %s flavour)\n' "$flavour"
dotnet build EdgeAdapt.sln -c Release --nologo --verbosity quiet "-p:EdgeAdaptFlavour=$flavour"

count() { grep -oE "<Counters [^>]*" "$1" | grep -oE " $2=\"[0-9]+\"" | grep -oE '[0-9]+'; }

# A test that gives no sign of an end for so long hangs, unless it was asked for more rounds than it has by itself.
hang=10m
! compgen -e | grep -qE '^EDGEADAPT_(FAULT_CYCLES|OUTBOX_KILLS|FUZZ_)' || hang=4h

passed=0 failed=0 skipped=0 broken=()
for project in tests/*.Tests; do
  name=${project##*/}
  wanted "$name" || continue
  printf '\n== %s\n' "$name"
  arguments=(--logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" --nologo --blame-hang-timeout "$hang")
  [[ -z $filter ]] || arguments+=(--filter "$filter")
  status=0
  dotnet test "$project/bin/$flavour/Release/net10.0/$name.dll" "${arguments[@]}" || status=$?
  trx="$results/$name.trx"
  if [[ ! -f $trx ]]; then
    [[ -n $filter ]] || broken+=("$name ended without results (exit code $status)")
    continue
  fi
  total=$(count "$trx" total) executed=$(count "$trx" executed)
  passed=$((passed + $(count "$trx" passed)))
  failed=$((failed + executed - $(count "$trx" passed)))
  skipped=$((skipped + total - executed))
  ((executed > 0)) || [[ -n $filter ]] || broken+=("$name ran no test")
  ((status == 0)) || (($(count "$trx" passed) < executed)) || broken+=("$name exited with $status")
done

printf '\n'
for line in "${broken[@]}"; do
  printf 'FAILED: %s\n' "$line"
done
failed=$((failed + ${#broken[@]}))
((passed + failed > 0)) || fail "no test matched."
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0))
