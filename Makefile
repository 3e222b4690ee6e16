# Thin over cmake/setup.sh, the CMake presets and the npm scripts.

.PHONY: setup
setup:
	@cmake/setup.sh
