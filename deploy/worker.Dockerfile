# The worker as an image: Node, the compiled program, and Helm from the same Go module as everywhere else.
#   docker build --file deploy/worker.Dockerfile --tag bigdata-worker:0.1.0 .

FROM golang:1.26.0-bookworm AS helm
WORKDIR /src
COPY local/kubernetes/go.mod local/kubernetes/go.sum ./
RUN CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -ldflags "-s -w" -o /out/helm helm.sh/helm/v4/cmd/helm

FROM node:20.19.5-bookworm-slim AS program
WORKDIR /opt/bigdata
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY src src
RUN node bin/build.mjs && npm prune --omit=dev --no-audit --no-fund

FROM node:20.19.5-bookworm-slim
COPY --from=helm /out/helm /usr/local/bin/helm
COPY --from=program /opt/bigdata /opt/bigdata
COPY components /opt/bigdata/components
COPY images /opt/bigdata/images
COPY templates /opt/bigdata/templates
COPY stack.yaml /opt/bigdata/
ENV BIGDATA_HELM=/usr/local/bin/helm BIGDATA_STATE=/tmp/bigdata
WORKDIR /opt/bigdata
USER node
ENTRYPOINT ["node", "dist/bigdata.js"]
CMD ["worker"]
