# Thin over cmake/setup.sh, the CMake presets and the npm scripts. `source build/env.sh` gives a
# shell the same tools.

SHELL := /bin/bash
ENV := source build/env.sh &&

.PHONY: setup serve test bench fmt check clean

setup:
	@cmake/setup.sh

# The site with both web modules on a loopback address, rebuilt on change.
serve: setup
	@$(ENV) for preset in web-simd web-fast; do \
	  cmake --preset $$preset >/dev/null && cmake --build --preset $$preset || exit 1; \
	done
	@$(ENV) npm run --silent build
	@$(ENV) npm run --silent serve

# Everything: builds, native tests, sanitizers, checks, Node and browser tests.
test:
	@cmake/test.sh

bench: setup
	@$(ENV) for preset in native web-simd web-fast; do \
	  cmake --preset $$preset >/dev/null && cmake --build --preset $$preset || exit 1; \
	done
	@$(ENV) npm run --silent bench

fmt: setup
	@cmake/check.sh fmt

check: setup
	@cmake/check.sh

clean:
	rm -rf build web/dist
