# How every target of the project is compiled: the interface library grad_settings.
add_library(grad_settings INTERFACE)
target_compile_features(grad_settings INTERFACE cxx_std_20)
target_include_directories(grad_settings INTERFACE ${PROJECT_SOURCE_DIR}/src
                                                   ${PROJECT_BINARY_DIR}/generated)

# Warnings are errors. Sign conversions are left alone: sizes are signed, containers are not.
target_compile_options(
  grad_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                          -Wnon-virtual-dtor -Woverloaded-virtual -Werror)

# GCC 12 sees overlapping copies in "text" + std::string where there are none (its bug 105329).
target_compile_options(grad_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# Same bits from every compiler: the compiler may not fuse multiplications with additions.
target_compile_options(grad_settings INTERFACE -ffp-contract=off)
add_compile_options(-ffunction-sections -fdata-sections)

# The sanitizer build (RelWithDebInfo) keeps assertions and takes half the time to compile so.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")

if(GRAD_DOUBLE)
  target_compile_definitions(grad_settings INTERFACE GRAD_DOUBLE=1)
endif()

if(GRAD_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(EMSCRIPTEN)
  add_compile_options(-msimd128 -fwasm-exceptions)
  # Addresses have 32 bits here and sizes 64; the native builds check conversions.
  target_compile_options(grad_settings INTERFACE -Wno-shorten-64-to-32)
  add_link_options(-fwasm-exceptions)
  if(GRAD_FAST)
    # Relaxed SIMD is switched on only for the files that use it (src/CMakeLists.txt).
    add_compile_options(-pthread)
    add_link_options(-pthread)
  endif()
endif()
