# The gateway as an image: the program, the libraries that it is linked to, and nothing else to run.
#
#   docker build --tag folkmoot .
#
# Versions are pinned here and nowhere else; with a registry of your own, pin digests, too.
ARG RUST=1.95.0
ARG NODE=22.21.1

# The pages: what `make web` builds.
FROM node:${NODE}-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN --network=none npm run build

# What crates are needed, without a line of ours: it is the same as long as no dependency changes,
# and so are the two layers that are made of it.
FROM rust:${RUST}-slim-bookworm AS skeleton
WORKDIR /build
COPY . .
RUN mkdir /skeleton \
 && cp --parents Cargo.toml Cargo.lock .cargo/config.toml \
        crates/*/Cargo.toml migrations/Cargo.toml tests/Cargo.toml tests/fuzz/Cargo.toml /skeleton \
 && for member in /skeleton/crates/* /skeleton/migrations /skeleton/tests /skeleton/tests/fuzz; do \
        mkdir "$member/src" \
     && touch "$member/src/lib.rs" \
     && echo 'fn main() {}' > "$member/src/main.rs"; \
    done

FROM rust:${RUST}-slim-bookworm AS crates
# The allocator is built by make. Debian keeps one version of it, so naming it would only break.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY --from=skeleton /skeleton ./
RUN cargo fetch --locked
RUN --network=none cargo build --locked --offline --profile dist --bin folkmoot

FROM crates AS build
COPY . .
COPY --from=web /build/web/dist web/dist
# What was built of the skeleton is younger than the sources, and would pass for them.
RUN --network=none rm -rf target/dist/.fingerprint/folkmoot-* \
 && cargo build --locked --offline --profile dist --bin folkmoot \
 && cargo metadata --locked --offline --format-version 1 \
        --filter-platform "$(rustc --print host-tuple)" > metadata.json \
 && packaging/root.sh target/dist/folkmoot /image

# What it is made of, and under which licences.
FROM web AS notices
WORKDIR /build
COPY packaging/bill.mjs packaging/
COPY --from=build /build/metadata.json ./
COPY --from=build /usr/local/cargo/registry/src /usr/local/cargo/registry/src
RUN --network=none node packaging/bill.mjs /notices < metadata.json
COPY LICENSE /notices/

FROM scratch
LABEL org.opencontainers.image.title="Folkmoot" \
      org.opencontainers.image.description="The national GraphQL gateway over local government's regional peer groups" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
# Owners are not kept by the line above.
COPY --from=build --chown=65532:65532 /image/var/lib/folkmoot /var/lib/folkmoot
COPY --from=notices /notices /usr/share/doc/folkmoot
# SQLite puts what a large query needs for a moment there, too: nothing else can be written to.
# Where it listens is a variable, so that each command knows: the one that asks how it is, too.
ENV PATH=/usr/local/bin SQLITE_TMPDIR=/var/lib/folkmoot FOLKMOOT__SERVER__LISTEN=0.0.0.0:8080
WORKDIR /var/lib/folkmoot
# By number, so that it can be seen from outside not to be root.
USER 65532:65532
EXPOSE 8080
# There is nothing else in here that could ask. The first start fills the database, which may take a
# while. Kubernetes heeds its own probes only.
HEALTHCHECK --interval=10s --timeout=5s --start-period=3m CMD ["/usr/local/bin/folkmoot", "health"]
ENTRYPOINT ["/usr/local/bin/folkmoot"]
CMD ["serve"]
