# Two commands on a fresh machine: make run, make test.
.PHONY: help run run-regions test bench micro plots storm soak fuzz check audit web examples fmt schema tables chart
.DEFAULT_GOAL := help

CARGO ?= cargo
NPM := npm --prefix web
DEMO := target/demo

help:
	@echo "make run          build and serve the demo on this machine"
	@echo "make run-regions  the same with regions that plug in from elsewhere, each by another door"
	@echo "make test         run every test, against real databases and a real browser"
	@echo "make storm        the gateway under load while regions and Redis fail, or somebody writes: 25 minutes, with figures"
	@echo "make soak         everything at once at half of what the machine can do, with a fault a minute; MINUTES=60"
	@echo "make bench        measure what docs/benchmarks.md lists; ONLY=live for one scenario, WRITE=1 to note it there"
	@echo "make micro        the same of single pieces, inside the program; ONLY=cursor for some"
	@echo "make plots        draw the table of docs/benchmarks.md as it is, and measure nothing"
	@echo "make fuzz         look for input that breaks what reads it: SECONDS=60 for each of five targets, ONLY=sheets for one"
	@echo "make check        format, lints, docs, layers, drift, licences"
	@echo "make audit        what is known against other people's code in here; asks its registries"
	@echo "make chart        write what the chart's values may hold, after a change of them or of settings"

# The demo lies around the day it is filled, so each run fills a fresh one.
run: web
	mkdir -p $(DEMO)
	rm -f $(DEMO)/folkmoot.db $(DEMO)/folkmoot.db-shm $(DEMO)/folkmoot.db-wal
	$(CARGO) run --release -- serve --demo --database sqlite://$(DEMO)/folkmoot.db

run-regions: web
	examples/run-regions.sh

web: web/dist/site/site.css

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	$(NPM) ci --no-audit --no-fund
	touch $@

# The last of what is built there.
web/dist/site/site.css: web/node_modules/.package-lock.json $(shell find web/src web/build web/*.ts web/*.json web/*.html -type f 2>/dev/null)
	$(NPM) run build
	touch $@

examples:
	examples/prepare.sh

check: web examples
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet
	$(CARGO) test -q --workspace --test house
	$(NPM) run check
	$(NPM) run lint:schema
	$(NPM) run check:clients
	web/node_modules/.bin/prettier --config web/.prettierrc.json --check --log-level warn \
		"examples/region-node/{src,test}/*.ts" crates/bench/postgraphile/server.js packaging/bill.mjs
	target/region-python/bin/ruff check --quiet examples/region-python
	target/region-python/bin/ruff format --quiet --check examples/region-python
	tests/chart/prepare.sh
	target/chart/bin/ruff check --quiet --config tests/chart/ruff.toml helm packaging tests/chart
	target/chart/bin/ruff format --quiet --check --config tests/chart/ruff.toml helm packaging tests/chart
	packaging/audit.py --quick

# What others know changes by the day, so it is no part of `make check`: before a release, and weekly.
audit:
	packaging/audit.py

test: web
	tests/run.sh

# A minute for each fault at 200 questions a second; `make test` has a short one.
storm:
	$(CARGO) build --release --bin folkmoot
	FOLKMOOT_STORM_SECONDS=60 FOLKMOOT_STORM_RATE=200 \
		tests/postgres.sh run $(CARGO) test --release -p folkmoot-tests --test storm -- --nocapture --test-threads=1 --skip soak

MINUTES ?= 60
soak:
	$(CARGO) build --release --bin folkmoot
	FOLKMOOT_SOAK_MINUTES=$(MINUTES) \
		tests/postgres.sh run $(CARGO) test --release -p folkmoot-tests --test storm -- --nocapture soak

# Stable Rust does; libFuzzer itself is C++ and built here. tests/fuzz/README.md says what is held.
fuzz: web
	tests/fuzz/run.sh $(or $(SECONDS),60) $(ONLY)

# Debian's util-linux has taskset, by which the gateway gets a core of its own.
bench: web
	$(CARGO) build --profile dist --quiet --bin folkmoot --bin bench --bin peer --package folkmoot-server --package folkmoot-bench
	npm --prefix crates/bench/postgraphile ci --silent
	tests/postgres.sh run $${CARGO_TARGET_DIR:-target}/dist/bench $(ONLY) $(if $(WRITE),--write docs/benchmarks.md)

micro:
	$(CARGO) bench --quiet --package folkmoot-federation --package folkmoot-graphql --bench micro -- $(ONLY)

plots:
	$(CARGO) run --quiet --package folkmoot-bench --bin bench -- --plot docs/benchmarks.md

fmt:
	$(CARGO) fmt --all

schema:
	mkdir -p target
	$(CARGO) run --quiet -- schema > target/schema.graphql
	mv target/schema.graphql schema.graphql
	FOLKMOOT_WRITE_TABLES=1 $(CARGO) test -q -p folkmoot-tests --test house the_committed_json_schemas
	$(CARGO) run --quiet -- schema --region > target/region.graphql
	mv target/region.graphql docs/regions/region.graphql

# Generated tables that the tests compare with what the program does.
tables:
	$(CARGO) build --quiet --bin folkmoot
	FOLKMOOT_WRITE_TABLES=1 $(CARGO) test -q -p folkmoot-tests --test whole who_may_see_what

# What values.yaml may hold, from itself and from the program's settings.
chart:
	tests/chart/prepare.sh
	target/chart/bin/python helm/schema.py
