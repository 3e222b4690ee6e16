#pragma once

// Models that together have a layer of every kind, for the tests of what is written for other
// programs. After a change, by hand:
//
//   cmake --build --preset native --target export_models && build/native/export_models FOLDER
//   python3 tests/golden/check_pytorch.py FOLDER    (Debian's python3-torch)
//   node tests/bench/check_onnx.mjs FOLDER       (npm ci --prefix tests/bench)
//
// then commit FOLDER/*.py to tests/golden/pytorch and the hashes that export_test.cpp prints.

#include <string>
#include <utility>
#include <vector>

#include "nn/attention.h"
#include "nn/module.h"
#include "nn/recurrent.h"

namespace grad::tests {

struct ExportModel {
  std::string name;
  nn::Sequential model;
  Tensor x;  ///< an input, (n,height,width,channels) if pictures
};

// Whole numbers from 0 to n - 1 in turn, as embeddings take them.
inline Tensor indices(const Shape& shape, int n) {
  Array numbers(shape);
  for (std::int64_t i = 0; i < numbers.size(); ++i)
    numbers.data()[i] = static_cast<real>((7 * i + i / 3) % n);
  return Tensor(numbers);
}

inline std::vector<ExportModel> export_models() {
  using namespace nn;
  Rng rng(20);
  // Weights of norms and running statistics that are not 1 and 0.
  const auto shaken = [&](Sequential model) {
    Members members = members_of(model);
    for (const auto& [name, tensor] : members.parameters)
      if (tensor->shape().axes() == 1)
        for (real& number : tensor->mutable_value().span()) number += rng.uniform(0, real(0.5));
    for (const auto& [name, buffer] : members.buffers)
      for (real& number : buffer->span()) number += rng.uniform(0, real(0.5));
    return model;
  };
  const auto image = [&](std::int64_t size, std::int64_t channels) {
    return Tensor::randn({3, size, size, channels}, rng);
  };
  std::vector<ExportModel> models;
  models.push_back({"mlp",
                    Sequential({Linear(4, 8, rng), ReLU{}, Dropout(real(0.25), rng),
                                Linear(8, 8, rng, false), Tanh{}, Linear(8, 3, rng), Softmax{}}),
                    Tensor::randn({5, 4}, rng)});
  models.push_back(
      {"cnn",
       shaken(Sequential({Conv2d(1, 4, 3, rng, 1, 1), BatchNorm(4), ReLU{}, MaxPool2d{2},
                          Conv2d(4, 6, 3, rng, 2, 1, 1, 2), SiLU{}, AvgPool2d{2, 1}, Flatten{},
                          Linear(24, 8, rng), BatchNorm(8), GELU{}, Linear(8, 3, rng)})),
       image(12, 1)});
  models.push_back(
      {"pictures",
       shaken(Sequential({Conv2d(2, 4, 3, rng, 1, 2, 2), LeakyReLU{real(0.1)}, GroupNorm(2, 4),
                          ConvTranspose2d(4, 4, 3, rng, 2, 1, 1, 2), ELU{2}, Linear(4, 6, rng),
                          LayerNorm(6), RMSNorm(6), Upsample{2, true},
                          Residual({Conv2d(6, 6, 3, rng, 1, 1), Softplus{}}), Upsample{2},
                          Softmax{}})),
       image(5, 2)});
  models.push_back({"global_pool",
                    Sequential({Sequential({Conv2d(1, 4, 3, rng), Sigmoid{}}), GlobalAvgPool2d{},
                                GroupNorm(2, 4), Residual({Linear(4, 4, rng), RMSNorm(4)})}),
                    image(8, 1)});
  models.push_back({"lstm", Sequential({LSTM(3, 6, rng), Linear(6, 2, rng), Flatten{}}),
                    Tensor::randn({4, 5, 3}, rng)});
  models.push_back(
      {"recurrent",
       shaken(Sequential({Embedding(9, 4, rng), GRU(4, 5, rng), BatchNorm(5), RNN(5, 4, rng),
                          Conv1d(4, 6, 3, rng, 2, 1, 1, 2), GroupNorm(3, 6)})),
       indices({2, 7}, 9)});
  models.push_back(
      {"transformer",
       shaken(Sequential({Embedding(11, 8, rng), TransformerBlock(8, 2, 16, rng, real(0.1), true),
                          TransformerBlock(8, 4, 12, rng), MultiheadAttention(8, 2, rng),
                          LayerNorm(8), Linear(8, 11, rng)})),
       indices({3, 6}, 11)});
  const std::vector<std::pair<int, int>> edges{{0, 1}, {1, 2}, {2, 3}};
  models.push_back({"graph",
                    Sequential({GraphConv(normalized_adjacency(4, edges), 3, 5, rng), ReLU{},
                                GraphConv(normalized_adjacency(4, edges), 5, 2, rng)}),
                    Tensor::randn({4, 3}, rng)});
  return models;
}

/// Pictures (n,h,w,channels) as others have them: (n,channels,h,w).
inline Array channels_second(const Tensor& x) {
  return x.shape().axes() == 4 ? permute(x, {0, 3, 1, 2}).value() : x.value();
}

}  // namespace grad::tests
