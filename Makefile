# Thin over cmake/setup.sh, the CMake presets and the npm scripts. `source build/env.sh` gives a
# shell the same tools.

SHELL := /bin/bash
ENV := source build/env.sh &&
build = for preset in $(1); do \
  cmake --preset $$preset >/dev/null && cmake --build --preset $$preset || exit 1; done
# The native program, which computes what pages show before they run anything.
program = cmake --preset native >/dev/null && cmake --build --preset native --target gradschool

.PHONY: setup serve test bench exports scorm fmt check clean

setup:
	@cmake/setup.sh

# The site with both web modules on a loopback address, rebuilt on change.
serve: setup
	@$(ENV) $(program)
	@$(ENV) $(call build,web-simd web-fast)
	@$(MAKE) --no-print-directory web/dist/index.html
	@$(ENV) exec npm run --silent serve

site_sources := $(shell find web lessons tests/examples -path web/dist -prune -o -type f -print) \
  package-lock.json src/demos/demos.inc \
  $(wildcard build/native/gradschool build/web-*/*.mjs build/web-*/*.wasm)

web/dist/index.html: $(site_sources)
	@$(ENV) npm run --silent build
	@touch $@

# Everything: builds, native tests, sanitizers, checks, Node and browser tests.
test:
	@cmake/test.sh

bench: setup
	@$(ENV) $(call build,web-simd web-fast)
	@$(ENV) cmake --build --preset web-simd --target classic_web
	@$(ENV) $(program) bench_peak native_steps native_classic native_quiz
	@$(ENV) npm run --silent build
	@$(ENV) npm run --silent bench

# The whole bank as other programs read it, with lists of what each format lost: build/exports.
exports: setup
	@$(ENV) $(program)
	@$(MAKE) --no-print-directory web/dist/index.html
	@$(ENV) node web/exports/make.mjs $(if $(SITE),--site $(SITE))

# Zips for learning systems, SCORM 1.2 and 2004, one a lesson and one for the course: build/scorm.
scorm: setup
	@$(ENV) $(program)
	@$(ENV) $(call build,web-simd)
	@$(MAKE) --no-print-directory web/dist/index.html
	@$(ENV) node web/lms/package.mjs

fmt: setup
	@cmake/check.sh fmt

check: setup
	@cmake/check.sh

clean:
	rm -rf build web/dist
