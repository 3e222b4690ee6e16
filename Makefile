# Thin over cmake/setup.sh, the CMake presets and the npm scripts. `source build/env.sh` gives a
# shell the same tools.

.PHONY: setup serve test bench fmt check clean

setup:
	@cmake/setup.sh

clean:
	rm -rf build web/dist
