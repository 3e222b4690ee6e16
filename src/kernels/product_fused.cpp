// Compiled with relaxed SIMD in the web-fast module (src/CMakeLists.txt). Elsewhere, where XNNPACK
// takes all but small products, the same as product_rounded.cpp.

#include "kernels/product_tile.h"

namespace grad::kernels {

void multiply_fused(const Product& product) {
  multiply(product, [](Vec4 a, Vec4 b, Vec4 c) -> Vec4 {
#if defined(__wasm_relaxed_simd__)
    return reinterpret_cast<Vec4>(wasm_f32x4_relaxed_madd(
        reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(c)));
#else
    return a * b + c;
#endif
  });
}

}  // namespace grad::kernels
