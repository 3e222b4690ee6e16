#include "kernels/xnnpack.h"

#include <xnnpack.h>

#include <limits>
#include <string>

#include "kernels/threads.h"
#include "tensor/array.h"
#include "tensor/check.h"

#ifndef __EMSCRIPTEN__
// XNNPACK asks for this test of a processor, which Debian 12's cpuinfo does not have yet. It would
// choose kernels of 8-bit integers, which are never called here.
extern "C" [[gnu::weak]] bool cpuinfo_has_x86_amx_int8();
bool cpuinfo_has_x86_amx_int8() { return false; }
#endif

namespace grad::kernels::xnnpack {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

void require(xnn_status status, const char* what) {
  check(status == xnn_status_success, [&] {
    return std::string("[xnnpack] ") + what + " failed with status " + std::to_string(status);
  });
}

void initialize() {
  static const xnn_status status = xnn_initialize(nullptr);
  require(status, "initialisation");
}

/// Deletes the operator at the end of the scope.
class Operator {
 public:
  Operator() = default;
  ~Operator() { xnn_delete_operator(handle_); }
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  xnn_operator_t* address() { return &handle_; }
  xnn_operator_t get() const { return handle_; }

 private:
  xnn_operator_t handle_ = nullptr;
};

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }
std::uint32_t size32(std::int64_t n) { return static_cast<std::uint32_t>(n); }

/// An operator that takes both matrices when it runs.
xnn_operator_t product_operator() {
  static Operator op;
  if (!op.get()) {
    initialize();
    require(xnn_create_dynamic_fully_connected_nc_f32(-infinity, infinity, XNN_FLAG_YIELD_WORKERS,
                                                      op.address()),
            "creating a product");
  }
  return op.get();
}

}  // namespace

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b,
              const float* bias, float* c) {
  const xnn_operator_t op = product_operator();
  std::size_t workspace_bytes = 0, alignment = 0;
  require(
      xnn_reshape_dynamic_fully_connected_nc_f32(op, size(m), size(k), size(n), size(k), size(n),
                                                 &workspace_bytes, &alignment, pool_for(m * n * k)),
      "shaping a product");
  Scratch<char> workspace(static_cast<std::int64_t>(workspace_bytes));
  require(xnn_setup_dynamic_fully_connected_nc_f32(op, workspace.data(), a, b, bias, c),
          "setting up a product");
  require(xnn_run_operator(op, pool_for(m * n * k)), "a product");
}

void conv2d(const Conv& conv, const float* x, const float* w, const float* bias, float* y) {
  initialize();
  const std::uint32_t pad = size32(conv.padding), stride = size32(conv.stride);
  Operator op;
  require(xnn_create_convolution2d_nhwc_f32(
              pad, pad, pad, pad, size32(conv.kernel_h), size32(conv.kernel_w), stride, stride,
              /*dilation*/ 1, 1, /*groups*/ 1, size(conv.in_channels), size(conv.out_channels),
              size(conv.in_channels), size(conv.out_channels), w, bias, -infinity, infinity,
              XNN_FLAG_YIELD_WORKERS, nullptr, nullptr, op.address()),
          "creating a convolution");
  std::size_t workspace_bytes = 0, alignment = 0;
  require(xnn_reshape_convolution2d_nhwc_f32(op.get(), size(conv.batch), size(conv.height),
                                             size(conv.width), &workspace_bytes, &alignment,
                                             nullptr, nullptr, pool_for(products(conv))),
          "shaping a convolution");
  Scratch<char> workspace(static_cast<std::int64_t>(workspace_bytes));
  require(xnn_setup_convolution2d_nhwc_f32(op.get(), workspace.data(), x, y),
          "setting up a convolution");
  require(xnn_run_operator(op.get(), pool_for(products(conv))), "a convolution");
}

void conv2d_backward_input(const Conv& conv, const float* dy, const float* w, float* dx) {
  initialize();
  // The gradient is the deconvolution of dy by the kernel with its channels exchanged,
  // [in][kh][kw][out].
  const std::int64_t taps = conv.kernel_h * conv.kernel_w;
  const std::int64_t in = conv.in_channels, out = conv.out_channels;
  Scratch<float> exchanged(in * taps * out);
  for (std::int64_t i = 0; i < in * taps; i++) {
    const std::int64_t from = i % taps * in + i / taps;
    for (std::int64_t o = 0; o < out; o++) exchanged[i * out + o] = w[o * taps * in + from];
  }
  const std::uint32_t pad = size32(conv.padding);
  Operator op;
  require(xnn_create_deconvolution2d_nhwc_f32(
              pad, pad, pad, pad, size32(conv.kernel_h), size32(conv.kernel_w),
              /*stride*/ 1, 1, /*dilation*/ 1, 1, /*groups*/ 1, size(out), size(in), size(out),
              size(in), exchanged.data(), nullptr, -infinity, infinity, XNN_FLAG_YIELD_WORKERS,
              nullptr, nullptr, op.address()),
          "creating an input gradient");
  require(xnn_reshape_deconvolution2d_nhwc_f32(op.get(), size(conv.batch), size(conv.out_height()),
                                               size(conv.out_width()), /*adjustment*/ 0, 0, nullptr,
                                               nullptr, pool_for(products(conv))),
          "shaping an input gradient");
  require(xnn_setup_deconvolution2d_nhwc_f32(op.get(), dy, dx), "setting up an input gradient");
  require(xnn_run_operator(op.get(), pool_for(products(conv))), "an input gradient");
}

}  // namespace grad::kernels::xnnpack
