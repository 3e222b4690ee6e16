// Stands in for ARM's header in two XNNPACK kernels that include it on WebAssembly by mistake.
#pragma once
#include <wasm_simd128.h>
