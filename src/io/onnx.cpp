#include "io/onnx.h"

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include "io/protobuf.h"
#include "nn/attention.h"
#include "nn/recurrent.h"
#include "tensor/check.h"

namespace grad::io {

namespace {

// Field numbers and constants of onnx.proto.
constexpr int kFloat = 1, kInt64 = 7;
constexpr int kOpset = 17, kIrVersion = 8;

using Ints = std::vector<std::int64_t>;

Message attribute(std::string_view name, int type) {
  return Message().bytes(1, name).integer(20, type);
}
Message attribute(std::string_view name, real value) {
  return attribute(name, 1).number(2, static_cast<float>(value));
}
Message attribute(std::string_view name, std::int64_t value) {
  return attribute(name, 2).integer(3, value);
}
Message attribute(std::string_view name, const char* text) {
  return attribute(name, 3).bytes(4, text);
}
Message attribute(std::string_view name, const Ints& values) {
  Message ints = attribute(name, 7);
  for (const std::int64_t value : values) ints.integer(8, value);
  return ints;
}

Message value_info(const std::string& name, const Ints& sizes) {
  Message shape;
  shape.message(1, Message().bytes(2, "n"));  // the first size is free
  for (std::size_t i = 1; i < sizes.size(); ++i) shape.message(1, Message().integer(1, sizes[i]));
  const Message tensor = Message().integer(1, kFloat).message(2, shape);
  return Message().bytes(1, name).message(2, Message().message(1, tensor));
}

Ints sizes_of(const Shape& shape) {
  Ints sizes;
  for (int axis = 0; axis < shape.axes(); ++axis) sizes.push_back(shape[axis]);
  return sizes;
}

bool is_picture(const Shape& shape) { return shape.axes() == 4; }

// The sizes as they are in the file.
Ints file_sizes(const Shape& s) {
  return is_picture(s) ? Ints{s[0], s[3], s[1], s[2]} : sizes_of(s);
}

const Ints kToLast{0, 2, 3, 1}, kToSecond{0, 3, 1, 2}, kSwap{0, 2, 1}, kStepsFirst{1, 0, 2};

// Rows of gates (gates hidden, ...) in another order of gates.
Array with_gates(const Array& rows, const std::vector<int>& order) {
  const auto gates = static_cast<std::int64_t>(order.size());
  const std::int64_t hidden = rows.shape()[0] / gates;
  std::vector<Tensor> parts;
  for (const int gate : order)
    parts.push_back(slice(Tensor(rows), 0, gate * hidden, (gate + 1) * hidden));
  return concat(parts, 0).value();
}

// Writes layer after layer as nodes. A value is known by its name; beside it goes the shape that it
// has in the engine. Pictures are (n,channels,height,width) in the file.
class Writer {
 public:
  struct Value {
    std::string name;
    Shape shape;
  };

  std::string model(const nn::Sequential& own, const Shape& input) {
    const Value y = layers(own, {"x", input});
    // Named after the last node by one that does nothing: models may have no other.
    nodes_.push_back(Message().bytes(1, y.name).bytes(2, "y").bytes(3, "y").bytes(4, "Identity"));
    Message graph;
    for (const Message& node : nodes_) graph.message(1, node);
    graph.bytes(2, "model");
    for (const Message& initializer : initializers_) graph.message(5, initializer);
    graph.message(11, value_info("x", file_sizes(input)));
    graph.message(12, value_info("y", file_sizes(y.shape)));
    return Message()
        .integer(1, kIrVersion)
        .bytes(2, "gradschool")
        .message(7, graph)
        .message(8, Message().bytes(1, "").integer(2, kOpset))
        .encoded();
  }

 private:
  // --- Pieces ---

  std::string fresh() { return "v" + std::to_string(++values_); }

  std::vector<std::string> node_of(const char* op, const std::vector<std::string>& inputs,
                                   const std::vector<Message>& attributes, int outputs) {
    Message node;
    std::vector<std::string> names;
    for (const std::string& input : inputs) node.bytes(1, input);
    for (int i = 0; i < outputs; ++i) node.bytes(2, names.emplace_back(fresh()));
    node.bytes(3, names[0]).bytes(4, op);
    for (const Message& own : attributes) node.message(5, own);
    nodes_.push_back(node);
    return names;
  }
  std::string node(const char* op, const std::vector<std::string>& inputs,
                   const std::vector<Message>& attributes = {}) {
    return node_of(op, inputs, attributes, 1)[0];
  }

  std::string constant(const Array& numbers, const Ints& sizes) {
    std::string raw;
    for (const real number : numbers.span()) {
      const auto value = static_cast<float>(number);
      raw.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return initializer(sizes, kFloat, raw);
  }
  std::string constant(const Array& numbers) {
    return constant(numbers, sizes_of(numbers.shape()));
  }
  std::string constant(const Tensor& tensor) { return constant(tensor.value()); }
  std::string constant(real number) { return constant(Array::full({}, number)); }
  std::string integers(const Ints& numbers) {
    return initializer(
        {static_cast<std::int64_t>(numbers.size())}, kInt64,
        {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(std::int64_t)});
  }
  std::string initializer(const Ints& sizes, int type, std::string_view raw) {
    std::string name = "w" + std::to_string(initializers_.size());
    Message tensor;
    for (const std::int64_t size : sizes) tensor.integer(1, size);
    initializers_.push_back(tensor.integer(2, type).bytes(8, name).bytes(9, raw));
    return name;
  }

  std::string transposed(const std::string& x, const Ints& axes) {
    return node("Transpose", {x}, {attribute("perm", axes)});
  }
  std::string reshaped(const std::string& x, const Ints& sizes) {
    return node("Reshape", {x, integers(sizes)});
  }
  // Applies `act` with the channels last, where they are in the engine.
  template <class Act>
  std::string with_last(const Value& x, Act act) {
    if (!is_picture(x.shape)) return act(x.name);
    return transposed(act(transposed(x.name, kToLast)), kToSecond);
  }
  // Applies `act` with the channels second, where ONNX expects them.
  template <class Act>
  std::string with_second(const Value& x, Act act) {
    return x.shape.axes() == 3 ? transposed(act(transposed(x.name, kSwap)), kSwap) : act(x.name);
  }

  // x wᵀ + b along the last axis.
  std::string linear(const std::string& x, const Tensor& weight, const Tensor& bias) {
    const std::string y = node("MatMul", {x, constant(transpose(weight))});
    return bias.defined() ? node("Add", {y, constant(bias)}) : y;
  }

  std::string layer_norm(const std::string& x, const nn::LayerNorm& norm) {
    return node("LayerNormalization", {x, constant(norm.weight), constant(norm.bias)},
                {attribute("axis", std::int64_t{-1}), attribute("epsilon", norm.eps)});
  }

  std::string gelu(const std::string& x) {  // x (1 + erf(x / √2)) / 2
    const std::string erf = node("Erf", {node("Mul", {x, constant(std::sqrt(real(0.5)))})});
    const std::string twice = node("Add", {erf, constant(real(1))});
    return node("Mul", {node("Mul", {x, twice}), constant(real(0.5))});
  }

  // --- Layers with something to them ---

  std::string conv(const std::string& x, const char* op, const Tensor& weight, const Tensor& bias,
                   const std::vector<Message>& attributes) {
    const bool picture = is_picture(weight.shape());
    const Tensor turned = picture ? permute(weight, {0, 3, 1, 2}) : permute(weight, {0, 2, 1});
    return node(op, {x, constant(turned), constant(bias)}, attributes);
  }

  std::string pool(const Value& x, const char* op, int size, int stride) {
    const std::int64_t step = stride == 0 ? size : stride;
    return node(
        op, {x.name},
        {attribute("kernel_shape", Ints{size, size}), attribute("strides", Ints{step, step})});
  }

  std::string upsample(const Value& x, const nn::Upsample& layer) {
    const auto scale = static_cast<real>(layer.scale);
    const std::string scales = constant(Array::from({1, 1, scale, scale}, {4}));
    const char* place = layer.bilinear ? "half_pixel" : "asymmetric";
    return node(
        "Resize", {x.name, "", scales},
        {attribute("mode", layer.bilinear ? "linear" : "nearest"),
         attribute("coordinate_transformation_mode", place), attribute("nearest_mode", "floor")});
  }

  std::string flatten(const Value& x) {
    const bool turn = is_picture(x.shape) && x.shape[3] > 1 && x.shape[1] * x.shape[2] > 1;
    return node("Flatten", {turn ? transposed(x.name, kToLast) : x.name},
                {attribute("axis", std::int64_t{1})});
  }

  std::string softmax(const Value& x, int axis) {
    if (axis < 0) axis += x.shape.axes();
    if (is_picture(x.shape) && axis > 0) axis = axis == 3 ? 1 : axis + 1;
    return node("Softmax", {x.name}, {attribute("axis", std::int64_t{axis})});
  }

  std::string rms_norm(const std::string& x, const nn::RMSNorm& norm) {
    const std::string mean =
        node("ReduceMean", {node("Mul", {x, x})},
             {attribute("axes", Ints{-1}), attribute("keepdims", std::int64_t{1})});
    const std::string root = node("Sqrt", {node("Add", {mean, constant(norm.eps)})});
    return node("Mul", {node("Div", {x, root}), constant(norm.weight)});
  }

  // Each group as one channel of an instance normalisation, then back.
  std::string group_norm(const Value& own, const nn::GroupNorm& norm) {
    return with_second(own, [&](const std::string& x) {
      const Shape& s = own.shape;
      Ints sizes = s.axes() == 3 ? Ints{0, s[2], s[1]} : file_sizes(s), ones(sizes.size() - 1, 1);
      sizes[0] = 0;  // as it is
      ones[0] = s[-1];
      const Shape groups{norm.groups};
      const std::string y = node("InstanceNormalization",
                                 {reshaped(x, {0, norm.groups, -1}),
                                  constant(Array::full(groups, 1)), constant(Array::zeros(groups))},
                                 {attribute("epsilon", norm.eps)});
      const std::string scaled =
          node("Mul", {reshaped(y, sizes), constant(norm.weight.value(), ones)});
      return node("Add", {scaled, constant(norm.bias.value(), ones)});
    });
  }

  // `order`: which of our gates comes where in ONNX's.
  std::string recurrent(const Value& x, const char* op, const nn::RecurrentWeights& w,
                        const std::vector<int>& order, std::vector<Message> attributes) {
    const auto one = [&](const Array& rows) {  // direction
      Ints sizes = sizes_of(rows.shape());
      sizes.insert(sizes.begin(), 1);
      return constant(rows, sizes);
    };
    const Tensor bias_ih(with_gates(w.bias_ih.value(), order));
    const Tensor bias_hh(with_gates(w.bias_hh.value(), order));
    attributes.push_back(attribute("hidden_size", std::int64_t{w.hidden}));
    const std::string y =
        node(op,
             {transposed(x.name, kStepsFirst), one(with_gates(w.weight_ih.value(), order)),
              one(with_gates(w.weight_hh.value(), order)), one(concat({bias_ih, bias_hh}).value())},
             attributes);
    return transposed(node("Squeeze", {y, integers({1})}), kStepsFirst);
  }

  // A mask that hides from each place what comes after it.
  std::string causal_mask(std::int64_t length) {
    Array mask = Array::zeros({length, length});
    for (std::int64_t i = 0; i < length; ++i)
      for (std::int64_t j = i + 1; j < length; ++j)
        mask.data()[i * length + j] = static_cast<real>(std::numeric_limits<float>::lowest());
    return constant(mask);
  }

  std::string attention(const std::string& x, const nn::MultiheadAttention& own,
                        const Shape& shape) {
    const std::int64_t size = shape[2], part = size / own.heads;
    const std::vector<std::string> all =
        node_of("Split", {linear(x, own.in_proj_weight, own.in_proj_bias)},
                {attribute("axis", std::int64_t{2})}, 3);
    const auto heads = [&](int i, const Ints& axes) {
      return transposed(reshaped(all[static_cast<std::size_t>(i)], {0, 0, own.heads, part}), axes);
    };
    const std::string products = node("MatMul", {heads(0, {0, 2, 1, 3}), heads(1, {0, 2, 3, 1})});
    std::string scores = node("Div", {products, constant(std::sqrt(static_cast<real>(part)))});
    if (own.causal) scores = node("Add", {scores, causal_mask(shape[1])});
    const std::string share = node("Softmax", {scores}, {attribute("axis", std::int64_t{-1})});
    const std::string mixed = node("MatMul", {share, heads(2, {0, 2, 1, 3})});
    return linear(reshaped(transposed(mixed, {0, 2, 1, 3}), {0, 0, size}), own.out_proj.weight,
                  own.out_proj.bias);
  }

  std::string transformer_block(const Value& x, const nn::TransformerBlock& own) {
    const std::string seen = attention(layer_norm(x.name, own.norm1), own.self_attn, x.shape);
    const std::string y = node("Add", {x.name, seen});
    const std::string inner =
        gelu(linear(layer_norm(y, own.norm2), own.linear1.weight, own.linear1.bias));
    return node("Add", {y, linear(inner, own.linear2.weight, own.linear2.bias)});
  }

  // --- All layers ---

  Value layers(const nn::Sequential& all, Value x) {
    for (std::size_t i = 0; i < all.layers().size(); ++i) {
      const nn::Layer& layer = all.layers()[i];
      Shape shape;
      try {
        shape = layer(Tensor::zeros(x.shape)).shape();
      } catch (const Error& error) {
        fail("[onnx] layer " + std::to_string(i) + " (" + layer.kind() + "): " + error.what());
      }
      std::string name = activation(layer, x);
      if (name.empty()) name = layer_on_rows(layer, x);
      if (name.empty()) name = layer_on_pictures(layer, x);
      if (name.empty()) name = layer_on_sequences(layer, x);
      if (name.empty())
        fail("[onnx] layer " + std::to_string(i) + " (" + layer.kind() +
             ") has no form in ONNX that can be written");
      x = {name, shape};
    }
    return x;
  }

  // Each of these gives the name of the result, or nothing where the layer is none of its own.
  std::string activation(const nn::Layer& layer, const Value& x) {
    if (layer.as<nn::ReLU>()) return node("Relu", {x.name});
    if (layer.as<nn::Sigmoid>()) return node("Sigmoid", {x.name});
    if (layer.as<nn::Tanh>()) return node("Tanh", {x.name});
    if (layer.as<nn::Softplus>()) return node("Softplus", {x.name});
    if (layer.as<nn::GELU>()) return gelu(x.name);
    if (layer.as<nn::SiLU>()) return node("Mul", {x.name, node("Sigmoid", {x.name})});
    if (const auto* own = layer.as<nn::LeakyReLU>())
      return node("LeakyRelu", {x.name}, {attribute("alpha", own->slope)});
    if (const auto* own = layer.as<nn::ELU>())
      return node("Elu", {x.name}, {attribute("alpha", own->alpha)});
    if (const auto* own = layer.as<nn::Softmax>()) return softmax(x, own->axis);
    if (layer.as<nn::Dropout>()) return x.name;  // does nothing in evaluation mode
    return {};
  }

  std::string layer_on_rows(const nn::Layer& layer, const Value& x) {
    if (const auto* own = layer.as<nn::Linear>())
      return with_last(
          x, [&](const std::string& rows) { return linear(rows, own->weight, own->bias); });
    if (const auto* own = layer.as<nn::GraphConv>())
      return with_last(x, [&](const std::string& nodes) {
        const std::string seen =
            node("MatMul", {constant(own->adjacency), linear(nodes, own->linear.weight, Tensor())});
        return node("Add", {seen, constant(own->linear.bias)});
      });
    if (layer.as<nn::Flatten>()) return flatten(x);
    if (const auto* own = layer.as<nn::LayerNorm>())
      return with_last(x, [&](const std::string& rows) { return layer_norm(rows, *own); });
    if (const auto* own = layer.as<nn::RMSNorm>())
      return with_last(x, [&](const std::string& rows) { return rms_norm(rows, *own); });
    if (const auto* own = layer.as<nn::GroupNorm>()) return group_norm(x, *own);
    if (const auto* own = layer.as<nn::BatchNorm>())
      return with_second(x, [&](const std::string& rows) {
        return node("BatchNormalization",
                    {rows, constant(own->weight), constant(own->bias), constant(own->running_mean),
                     constant(own->running_var)},
                    {attribute("epsilon", own->eps)});
      });
    if (const auto* own = layer.as<nn::Residual>()) {
      const Value y = layers(own->body, x);
      return node("Add", {x.name, y.name});
    }
    if (const auto* own = layer.as<nn::Sequential>()) return layers(*own, x).name;
    return {};
  }

  std::string layer_on_pictures(const nn::Layer& layer, const Value& x) {
    if (const auto* own = layer.as<nn::Conv2d>()) {
      const std::int64_t s = own->stride, p = own->padding, d = own->dilation;
      return conv(
          x.name, "Conv", own->weight, own->bias,
          {attribute("strides", Ints{s, s}), attribute("pads", Ints{p, p, p, p}),
           attribute("dilations", Ints{d, d}), attribute("group", std::int64_t{own->groups})});
    }
    if (const auto* own = layer.as<nn::ConvTranspose2d>()) {
      const std::int64_t s = own->stride, p = own->padding, more = own->output_padding;
      return conv(x.name, "ConvTranspose", own->weight, own->bias,
                  {attribute("strides", Ints{s, s}), attribute("pads", Ints{p, p, p, p}),
                   attribute("output_padding", Ints{more, more}),
                   attribute("group", std::int64_t{own->groups})});
    }
    if (const auto* own = layer.as<nn::MaxPool2d>())
      return pool(x, "MaxPool", own->size, own->stride);
    if (const auto* own = layer.as<nn::AvgPool2d>())
      return pool(x, "AveragePool", own->size, own->stride);
    if (layer.as<nn::GlobalAvgPool2d>())
      return node("Flatten", {node("GlobalAveragePool", {x.name})},
                  {attribute("axis", std::int64_t{1})});
    if (const auto* own = layer.as<nn::Upsample>()) return upsample(x, *own);
    return {};
  }

  std::string layer_on_sequences(const nn::Layer& layer, const Value& x) {
    if (const auto* own = layer.as<nn::Conv1d>()) {
      const std::int64_t p = own->padding;
      return with_second(x, [&](const std::string& second) {
        return conv(second, "Conv", own->weight, own->bias,
                    {attribute("strides", Ints{own->stride}), attribute("pads", Ints{p, p}),
                     attribute("dilations", Ints{own->dilation}),
                     attribute("group", std::int64_t{own->groups})});
      });
    }
    if (const auto* own = layer.as<nn::RNN>()) return recurrent(x, "RNN", own->weights, {0}, {});
    if (const auto* own = layer.as<nn::LSTM>())  // i, o, f, g there
      return recurrent(x, "LSTM", own->weights, {0, 3, 1, 2}, {});
    if (const auto* own = layer.as<nn::GRU>())  // z, r, n there
      return recurrent(x, "GRU", own->weights, {1, 0, 2},
                       {attribute("linear_before_reset", std::int64_t{1})});
    if (const auto* own = layer.as<nn::MultiheadAttention>())
      return attention(x.name, *own, x.shape);
    if (const auto* own = layer.as<nn::TransformerBlock>()) return transformer_block(x, *own);
    if (const auto* own = layer.as<nn::Embedding>()) {
      const std::string index = node("Cast", {x.name}, {attribute("to", std::int64_t{kInt64})});
      return node("Gather", {constant(own->weight), index}, {attribute("axis", std::int64_t{0})});
    }
    return {};
  }

  std::vector<Message> nodes_, initializers_;
  int values_ = 0;
};

}  // namespace

std::string write_onnx(const nn::Sequential& model, const Shape& input) {
  const NoGrad no_grad;
  check(input.axes() >= 1, "[onnx] an input needs at least one axis");
  nn::Sequential copy = model.clone();  // whose mode may change
  copy.train(false);
  return Writer().model(copy, input);
}

}  // namespace grad::io
