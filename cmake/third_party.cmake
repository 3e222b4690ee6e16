# Imports the third-party libraries that setup.sh has compiled into the shared cache.
include(${PROJECT_SOURCE_DIR}/build/facts.cmake OPTIONAL RESULT_VARIABLE facts)
if(NOT facts)
  message(FATAL_ERROR "Run `make setup` first: build/facts.cmake is missing.")
endif()

if(NOT EMSCRIPTEN)
  set(third_party ${GRAD_THIRD_PARTY_NATIVE})
elseif(GRAD_FAST)
  set(third_party ${GRAD_THIRD_PARTY_WEB_FAST})
else()
  set(third_party ${GRAD_THIRD_PARTY_WEB_SIMD})
endif()

function(import_library name file)
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${third_party}/lib/${file})
  target_include_directories(${name} SYSTEM INTERFACE ${third_party}/include)
endfunction()

# XNNPACK with pthreadpool.
import_library(grad::xnnpack libxnnpack.a)

# Dear ImGui with its OpenGL 3 backend, and ImPlot.
import_library(grad::imgui libimgui.a)
target_compile_definitions(grad::imgui INTERFACE IMGUI_USER_CONFIG="imgui_config.h")

if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(grad::xnnpack INTERFACE cpuinfo Threads::Threads)
  target_link_libraries(grad::imgui INTERFACE ${CMAKE_DL_LIBS})
  import_library(grad::catch2 libCatch2.a)
  import_library(grad::catch2_main libCatch2Main.a)
  target_link_libraries(grad::catch2_main INTERFACE grad::catch2)
  find_package(glfw3 3.3 REQUIRED)
  find_package(OpenGL REQUIRED COMPONENTS OpenGL)
  find_package(PNG REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(pugixml REQUIRED)
endif()
