# XNNPACK with pthreadpool, unpatched. Upstream's CMake needs Python and has no WebAssembly branch,
# so the kernel lists that it ships (cmake/gen/*_microkernels.cmake) are compiled here, in unity
# batches, one object library for each instruction set.
set(XNNPACK ${SOURCES}/xnnpack)
set(PTHREADPOOL ${SOURCES}/pthreadpool)

add_library(xnnpack_settings INTERFACE)
target_include_directories(
  xnnpack_settings
  INTERFACE ${XNNPACK}/include ${XNNPACK}/src ${XNNPACK} ${PTHREADPOOL}/include ${PTHREADPOOL}/src
            ${SOURCES}/fxdiv/include ${SOURCES}/fp16/include)

# Kernel families that this project never calls, or whose instructions its targets lack.
set(disabled
    ASSEMBLY SPARSE DWCONV_MULTIPASS KLEIDIAI ARM_FP16_SCALAR ARM_FP16_VECTOR ARM_BF16 ARM_DOTPROD
    ARM_I8MM ARM_SME ARM_SME2 RISCV_VECTOR VSX HVX AVXVNNI AVXVNNIINT8 AVX256VNNI AVX256VNNIGFNI
    AVX512VBMI AVX512VNNI AVX512VNNIGFNI AVX512AMX AVX512FP16)
set(avx512 AVX512F AVX512SKX AVX256SKX)

if(EMSCRIPTEN)
  list(APPEND disabled ${avx512})
  set(instruction_sets scalar wasm wasmsimd)
  if(WITH_THREADS)
    list(APPEND instruction_sets wasmrelaxedsimd)
  endif()
  # Two kernels include arm_neon.h but need only the SIMD types: the stub gives them those.
  target_include_directories(xnnpack_settings INTERFACE ${CMAKE_CURRENT_LIST_DIR}/wasm_stubs)
  target_compile_definitions(xnnpack_settings INTERFACE PTHREADPOOL_USE_CONDVAR=0
                                                        FXDIV_USE_INLINE_ASSEMBLY=0)
else()
  set(instruction_sets scalar sse sse2 ssse3 sse41 avx f16c fma3 avx2 avx512f avx512skx avx256skx)
  foreach(family ${avx512})
    target_compile_definitions(xnnpack_settings INTERFACE XNN_ENABLE_${family}=1)
  endforeach()
  target_compile_definitions(xnnpack_settings INTERFACE XNN_ENABLE_CPUINFO=1 _GNU_SOURCE=1)
endif()
foreach(family ${disabled})
  target_compile_definitions(xnnpack_settings INTERFACE XNN_ENABLE_${family}=0)
endforeach()
target_compile_definitions(
  xnnpack_settings INTERFACE XNN_ENABLE_MEMOPT=1 XNN_ENABLE_GEMM_M_SPECIALIZATION=1 XNN_LOG_LEVEL=0
                             PTHREADPOOL_USE_FASTPATH=0)

set(avx512skx_flags -mf16c -mfma -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl)
set(flags_sse -msse -mno-sse2)
set(flags_sse2 -msse2 -mno-sse3)
set(flags_ssse3 -mssse3 -mno-sse4.1)
set(flags_sse41 -msse4.1 -mno-sse4.2)
set(flags_avx -mavx -mno-avx2 -mno-fma -mno-f16c)
set(flags_f16c -mf16c -mno-avx2 -mno-fma)
set(flags_fma3 -mf16c -mfma -mno-avx2)
set(flags_avx2 -mf16c -mfma -mavx2)
set(flags_avx512f -mavx512f)
set(flags_avx512skx ${avx512skx_flags})
set(flags_avx256skx ${avx512skx_flags})

set(kernel_objects)
foreach(set ${instruction_sets})
  include(${XNNPACK}/cmake/gen/${set}_microkernels.cmake)
  string(TOUPPER ${set} SET)
  set(kernels ${PROD_${SET}_MICROKERNEL_SRCS})
  list(REMOVE_DUPLICATES kernels)
  list(TRANSFORM kernels PREPEND ${XNNPACK}/)
  add_library(xnnpack_${set} OBJECT ${kernels})
  target_link_libraries(xnnpack_${set} PRIVATE xnnpack_settings)
  target_compile_options(xnnpack_${set} PRIVATE -fno-math-errno ${flags_${set}})
  set_target_properties(xnnpack_${set} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 24)
  list(APPEND kernel_objects $<TARGET_OBJECTS:xnnpack_${set}>)
endforeach()

file(GLOB operators ${XNNPACK}/src/operators/*.c ${XNNPACK}/src/configs/*.c
     ${XNNPACK}/src/tables/*.c ${XNNPACK}/src/enums/*.c ${XNNPACK}/src/reference/*.cc)
set(core
    allocator cache datatype im2col indirection init log memory microkernel-utils microparams-init
    mutex normalization operator-delete operator-run operator-utils params)
list(TRANSFORM core PREPEND ${XNNPACK}/src/)
list(TRANSFORM core APPEND .c)

set(pool ${PTHREADPOOL}/src/portable-api.c ${PTHREADPOOL}/src/memory.c
         ${PTHREADPOOL}/src/legacy-api.c)
if(EMSCRIPTEN AND NOT WITH_THREADS)
  set(pool ${PTHREADPOOL}/src/shim.c ${PTHREADPOOL}/src/legacy-api.c)
else()
  list(APPEND pool ${PTHREADPOOL}/src/pthreads.c)
endif()

add_library(xnnpack STATIC ${kernel_objects} ${operators} ${core} ${pool})
target_link_libraries(xnnpack PRIVATE xnnpack_settings)

install(TARGETS xnnpack)
install(FILES ${XNNPACK}/include/xnnpack.h ${PTHREADPOOL}/include/pthreadpool.h DESTINATION include)
