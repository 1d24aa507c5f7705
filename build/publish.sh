# The verb `publish` of the launcher; sourced, never run. Expects: root, and the functions of setup.sh.

publish_usage() {
  cat <<'TEXT'
Makes the edge agent one file that runs where no .NET is installed (Linux, x64).

Usage: ./edgeadapt publish [--output DIR]

  --output DIR   where the file edgeadapt-edge goes; default artifacts/edge

Example: ./edgeadapt publish --output /tmp/agent
         scp /tmp/agent/edgeadapt-edge cam-1:/usr/local/bin/
         ssh cam-1 edgeadapt-edge --model m.onnx --source /var/frames --watch --broker none --state /var/lib/edgeadapt

The file takes the flags of `./edgeadapt edge` and needs glibc 2.34 and libstdc++ (Debian 12, Ubuntu 22.04). In the portable flavour a broker needs Debian's package libmosquitto1
on the device too. docs/operation.md says more: what the first start unpacks and where, sizes, times, other platforms.
TEXT
}

publish_agent() {
  local output="$root/artifacts/edge"
  while (($#)); do
    case $1 in
      --output) [[ -n ${2:-} ]] || fail "--output takes a folder." && output=$2 && shift 2 ;;
      *) fail "unknown option '$1'; see ./edgeadapt publish --help" ;;
    esac
  done

  local made="$state/publish" log="$state/publish.log"
  rm -rf "$made"
  mkdir -p "$output"
  say "Publishing the edge agent as one file ($(flavour) flavour)"
  if ! (cd "$root" && dotnet publish edge/EdgeAdapt.Edge.Agent -c Release --nologo --verbosity quiet \
    "-p:EdgeAdaptFlavour=$(flavour)" -p:EdgeAdaptSingleFile=true --output "$made") >"$log" 2>&1; then
    grep -E 'error' "$log" | sort -u | head -n 20 >&2
    fail "the agent could not be published (log: $log)."
  fi

  # Moved within the folder, so that a file that is there is whole, also while an agent runs from the one before.
  cp "$made/EdgeAdapt.Edge.Agent" "$output/.edgeadapt-edge.new"
  mv -f "$output/.edgeadapt-edge.new" "$output/edgeadapt-edge"
  rm -rf "$made"
  say "$(stat --format=%s "$output/edgeadapt-edge") bytes: $output/edgeadapt-edge"
}
