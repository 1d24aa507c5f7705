# The verb `publish` of the launcher; sourced, never run. Expects: root, and the functions of setup.sh.

publish_usage() {
  cat <<'TEXT'
Makes the edge agent one file that runs where no .NET is installed (Linux), or a folder for a device that has .NET.

Usage: ./edgeadapt publish [--architecture x64|arm64] [--framework-dependent] [--output DIR]

  --architecture A         the device's processor; default this machine's
  --framework-dependent    a folder without .NET in it, for a device with the ASP.NET Core Runtime 10; the agent is then started with
                           dotnet EdgeAdapt.Edge.Agent.dll
  --output DIR             where the file edgeadapt-edge goes, or the folder's files; default artifacts/edge, of another machine's architecture
                           artifacts/edge-A, with -framework-dependent behind it where that is asked for

Example: ./edgeadapt publish --output /tmp/agent
         scp /tmp/agent/edgeadapt-edge cam-1:/usr/local/bin/edgeadapt-edge.new
         ssh cam-1 mv /usr/local/bin/edgeadapt-edge.new /usr/local/bin/edgeadapt-edge
         ssh cam-1 edgeadapt-edge --model m.onnx --source /var/frames --watch --broker none --state /var/lib/edgeadapt

Example: ./edgeadapt publish --architecture arm64 --framework-dependent --output /tmp/agent
         rsync --archive --delete --mkpath /tmp/agent/ cam-2:/opt/edgeadapt/edge/
         ssh cam-2 dotnet /opt/edgeadapt/edge/EdgeAdapt.Edge.Agent.dll --model m.onnx --source /var/frames --watch --broker none --state /var/lib/edgeadapt

The same commands replace an agent that is there; start it anew afterwards. rsync deletes whatever else lies in the folder.

Both take the flags of `./edgeadapt edge` and need glibc 2.34 and libstdc++ (Debian 12, Ubuntu 22.04). In the portable flavour a broker needs Debian's package libmosquitto1
on the device too. docs/operation.md says more: what the first start unpacks and where, sizes, times, other platforms.
TEXT
}

publish_agent() {
  local architecture output='' kind=single-file
  architecture=$(own_architecture)
  while (($#)); do
    case $1 in
      --architecture) [[ ${2:-} =~ ^(x64|arm64)$ ]] || fail "--architecture takes 'x64' or 'arm64'." && architecture=$2 && shift 2 ;;
      --framework-dependent) kind=framework-dependent && shift ;;
      --output) [[ -n ${2:-} ]] || fail "--output takes a folder." && output=$2 && shift 2 ;;
      *) fail "unknown option '$1'; see ./edgeadapt publish --help" ;;
    esac
  done
  if [[ -z $output ]]; then
    output=$root/artifacts/edge
    [[ $architecture == "$(own_architecture)" ]] || output+=-$architecture
    [[ $kind == single-file ]] || output+=-$kind
  fi
  if [[ $architecture == arm64 ]]; then
    [[ $(flavour) == portable ]] || fail "the nuget flavour's package of ONNX Runtime has nothing for arm64; use ./edgeadapt --flavour portable publish."
    install_arm64_library
  fi

  local made="$state/publish" log="$state/publish.log"
  local arguments=("-p:EdgeAdaptFlavour=$(flavour)" "-p:EdgeAdaptArchitecture=$architecture" --output "$made")
  [[ $kind != single-file ]] || arguments+=(-p:EdgeAdaptSingleFile=true)
  rm -rf "$made"
  mkdir -p "$output"
  say "Publishing the edge agent for $architecture, $kind ($(flavour) flavour)"
  if ! (cd "$root" && dotnet publish edge/EdgeAdapt.Edge.Agent -c Release --nologo --verbosity quiet "${arguments[@]}") >"$log" 2>&1; then
    ! grep -qE "NU110[12].*Microsoft\.(NETCore|AspNetCore)\.App\.[A-Za-z]+\.linux-$architecture" "$log" ||
      fail "the NuGet registry in use lacks .NET for linux-$architecture, which one file must hold (log: $log). Take a registry that has Microsoft.NETCore.App.Runtime.linux-$architecture, or publish with --framework-dependent for a device where the ASP.NET Core Runtime 10 is installed."
    grep -E 'error' "$log" | sort -u | head -n 20 >&2
    fail "the agent could not be published (log: $log)."
  fi

  if [[ $kind == framework-dependent ]]; then
    # What compilers and debuggers read, and the agent never.
    rm -f "$made"/*.pdb "$made"/*.xml
    cp -r "$made/." "$output"
    say "$(du --summarize --bytes "$output" | cut -f 1) bytes: $output (start it with: dotnet EdgeAdapt.Edge.Agent.dll)"
  else
    # Moved within the folder, so that a file that is there is whole, also while an agent runs from the one before.
    cp "$made/EdgeAdapt.Edge.Agent" "$output/.edgeadapt-edge.new"
    mv -f "$output/.edgeadapt-edge.new" "$output/edgeadapt-edge"
    say "$(stat --format=%s "$output/edgeadapt-edge") bytes: $output/edgeadapt-edge"
  fi
  rm -rf "$made"
}
