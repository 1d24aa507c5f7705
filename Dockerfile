# Two images out of one build: --target edge and --target cloud.
# FLAVOUR says where ONNX Runtime and the MQTT client come from: portable (npm and Debian) or nuget (the publishers' packages).
ARG FLAVOUR=portable
ARG DOTNET=10.0

# ONNX's schema, which the C# classes of its messages are generated from.
FROM debian:bookworm-slim AS onnx-schema
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libonnx-dev \
 && rm -rf /var/lib/apt/lists/*

FROM node:22-bookworm-slim AS native
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-progress
COPY build build
RUN if [ "$(uname -m)" = aarch64 ]; then build/onnxruntime-arm64.sh; fi

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS source
WORKDIR /source
COPY --from=onnx-schema /usr/include/onnx/onnx.proto /usr/include/onnx/onnx.proto
COPY Directory.Build.props Directory.Build.targets Directory.Packages.props global.json ./
COPY build build
COPY shared shared
COPY src src
COPY edge edge
COPY cloud cloud

FROM source AS source-nuget

FROM source AS source-portable
COPY --from=native /source/node_modules node_modules

FROM source-${FLAVOUR} AS build
ARG FLAVOUR
RUN dotnet publish edge/EdgeAdapt.Edge.Agent --configuration Release -p:EdgeAdaptFlavour=${FLAVOUR} --output /publish/edge \
 && dotnet publish cloud/EdgeAdapt.Cloud.Service --configuration Release -p:EdgeAdaptFlavour=${FLAVOUR} --output /publish/cloud

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS runtime-nuget

FROM runtime-nuget AS runtime-portable
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libmosquitto1 \
 && rm -rf /var/lib/apt/lists/*

# Everything that is written goes to /state; the rest of the file system may be read-only. A new named volume takes the
# folder's owner over. Without the diagnostics switch .NET opens a socket in /tmp.
FROM runtime-${FLAVOUR} AS runtime
RUN install --directory --owner=${APP_UID} --group=${APP_UID} /state
ENV DOTNET_EnableDiagnostics=0
WORKDIR /app
USER ${APP_UID}

# An agent has no port to ask: its health is that of its process, and its retained status at the broker.
FROM runtime AS edge
COPY --from=build /publish/edge ./
HEALTHCHECK NONE
ENTRYPOINT ["dotnet", "EdgeAdapt.Edge.Agent.dll"]

FROM runtime AS cloud
COPY --from=build /publish/cloud ./
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /v2/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["dotnet", "EdgeAdapt.Cloud.Service.dll"]
