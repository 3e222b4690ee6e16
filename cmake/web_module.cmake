# grad_web_module(TARGET NAME SOURCE LIBRARY... [NODE]): an Emscripten module that pages load,
# build/web-simd/NAME-simd.mjs or build/web-fast/NAME-fast.mjs with the .wasm beside it. NODE makes
# it load in Node as well, GL gives it WebGL 2.
function(grad_web_module target name source)
  cmake_parse_arguments(module "NODE;GL" "" "" ${ARGN})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE grad_settings ${module_UNPARSED_ARGUMENTS})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}-$<IF:$<BOOL:${GRAD_FAST}>,fast,simd>
                                             SUFFIX .mjs)
  set(environment web,worker)
  if(module_NODE)
    set(environment web,worker,node)
  endif()
  set(exports
      UTF8ToString stringToUTF8 lengthBytesUTF8 stackSave stackRestore stackAlloc HEAPU8 HEAP32
      HEAPU32 HEAPF32)
  if(module_GL)
    target_link_options(${target} PRIVATE -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2)
    list(APPEND exports GL)
  endif()
  list(JOIN exports , exports)
  target_link_options(
    ${target}
    PRIVATE
    -sMODULARIZE
    -sEXPORT_ES6
    -sENVIRONMENT=${environment}
    -sALLOW_MEMORY_GROWTH
    -sSTACK_SIZE=1MB
    -sFILESYSTEM=0
    # The content security policy of the pages forbids eval.
    -sDYNAMIC_EXECUTION=0
    -sINCOMING_MODULE_JS_API=instantiateWasm,locateFile,wasmBinary,print,printErr,onAbort
    -sEXPORTED_RUNTIME_METHODS=${exports})
  if(GRAD_FAST)
    # As many threads as cores, four at most; the caller is one of them. Started with the module,
    # because a thread cannot start while the caller waits for it.
    set(cores "(globalThis.navigator?.hardwareConcurrency??2)")
    target_link_options(
      ${target} PRIVATE "-sPTHREAD_POOL_SIZE=Math.max(1,Math.min(4,${cores})-1)"
      -Wno-pthreads-mem-growth -sDEFAULT_PTHREAD_STACK_SIZE=256KB)
  endif()
endfunction()
