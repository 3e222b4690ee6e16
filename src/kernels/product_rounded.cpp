#include "kernels/product_tile.h"

namespace grad::kernels {

void multiply_rounded(const Product& product) {
  multiply(product, [](Vec4 a, Vec4 b, Vec4 c) { return a * b + c; });
}

}  // namespace grad::kernels
