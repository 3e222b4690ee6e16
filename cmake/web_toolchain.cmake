# Emscripten's own toolchain file, wherever setup.sh found or put Emscripten.
include(${CMAKE_CURRENT_LIST_DIR}/../build/facts.cmake OPTIONAL RESULT_VARIABLE facts)
if(NOT facts)
  message(FATAL_ERROR "Run `make setup` first: build/facts.cmake is missing.")
endif()
include(${GRAD_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)
