#include "io/pytorch.h"

#include <array>
#include <charconv>
#include <concepts>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/attention.h"
#include "nn/recurrent.h"
#include "tensor/check.h"

namespace grad::io {

namespace {

// Classes for what PyTorch does not have in this form, in the order in which they need each other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kHelpers{{
    {"along_channels", R"(def along_channels(kind):
    """The layer for pictures (n, channels, height, width), applied to each place's channels."""

    class Layer(kind):
        def forward(self, x):
            return super().forward(x.movedim(1, -1)).movedim(-1, 1)

    return Layer
)"},
    {"along_length", R"(def along_length(kind):
    """The layer for sequences (n, length, channels), which it takes as (n, channels, length)."""

    class Layer(kind):
        def forward(self, x):
            return super().forward(x.movedim(-1, 1)).movedim(1, -1)

    return Layer
)"},
    {"FlattenPictures", R"(class FlattenPictures(nn.Module):
    """Flattens pictures (n, channels, height, width) in the order height, width, channels."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)
)"},
    {"Residual", R"(class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)
)"},
    {"RMSNorm", R"(class RMSNorm(nn.Module):
    def __init__(self, features, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.eps = eps

    def forward(self, x):
        return x / torch.sqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight
)"},
    {"Embedding", R"(class Embedding(nn.Embedding):
    """Takes indices of any type."""

    def forward(self, x):
        return super().forward(x.long())
)"},
    {"GraphConv", R"(class GraphConv(nn.Linear):
    """Each node's features become a mixture of its neighbours', by the adjacency's rows."""

    def __init__(self, in_features, out_features, adjacency):
        super().__init__(in_features, out_features)
        self.register_buffer("adjacency", torch.tensor(adjacency), persistent=False)

    def forward(self, x):
        return self.adjacency @ nn.functional.linear(x, self.weight) + self.bias
)"},
    {"RNN", R"(class RNN(nn.RNN):
    """Gives the outputs of all steps and not the last state."""

    def forward(self, x):
        return super().forward(x)[0]
)"},
    {"LSTM", R"(class LSTM(nn.LSTM):
    """Gives the outputs of all steps and not the last state."""

    def forward(self, x):
        return super().forward(x)[0]
)"},
    {"GRU", R"(class GRU(nn.GRU):
    """Gives the outputs of all steps and not the last state."""

    def forward(self, x):
        return super().forward(x)[0]
)"},
    {"SelfAttention", R"(class SelfAttention(nn.MultiheadAttention):
    def __init__(self, size, heads, causal=False):
        super().__init__(size, heads, batch_first=True)
        self.causal = causal

    def forward(self, x):
        hidden = None
        if self.causal:  # from each place what comes after it
            length = x.shape[1]
            hidden = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        return super().forward(x, x, x, attn_mask=hidden, need_weights=False)[0]
)"},
    {"TransformerBlock", R"(class TransformerBlock(nn.Module):
    def __init__(self, size, heads, feed_forward, dropout=0.0, causal=False):
        super().__init__()
        self.norm1 = nn.LayerNorm(size)
        self.self_attn = SelfAttention(size, heads, causal)
        self.norm2 = nn.LayerNorm(size)
        self.linear1 = nn.Linear(size, feed_forward)
        self.linear2 = nn.Linear(feed_forward, size)
        self.dropout1 = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)

    def forward(self, x):
        x = x + self.dropout1(self.self_attn(self.norm1(x)))
        hidden = nn.functional.gelu(self.linear1(self.norm2(x)))
        return x + self.dropout2(self.linear2(hidden))
)"},
}};

bool is_picture(const Shape& shape) { return shape.axes() == 4; }

template <std::integral T>
std::string text_of(T number) {
  return std::to_string(number);
}

// The shortest text that reads back as the same float.
std::string text_of(real number) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(number));
  return {text.data(), end.ptr};
}

// ", name=value" unless it is what PyTorch takes anyway.
template <class T>
std::string option(const char* name, T value, T usual) {
  return value == usual ? "" : std::string(", ") + name + "=" + text_of(value);
}
std::string option(const char* name, bool on) {
  return on ? std::string(", ") + name + "=True" : "";
}

// The shape as it is in PyTorch, with a free first size.
std::string shape_text(const Shape& s) {
  std::string text = "(n";
  const std::vector<int> order =
      is_picture(s) ? std::vector{3, 1, 2} : std::vector<int>{1, 2, 3, 4, 5};
  for (const int axis : order)
    if (axis < s.axes()) text += ", " + std::to_string(s[axis]);
  return text + ")";
}

class Writer {
 public:
  std::string model(const nn::Sequential& own, const Shape& input) {
    Shape shape = input;
    const std::string layers = lines(own, shape, "        ");
    std::string code = "\"\"\"A network made with Gradschool, as PyTorch code.\n\nTakes " +
                       shape_text(input) + " and gives " + shape_text(shape) +
                       ". With its weights:\n\n"
                       "    model = make_model()\n"
                       "    weights = safetensors.torch.load_file(\"model.safetensors\")\n"
                       "    model.load_state_dict(weights, strict=False)\n"
                       "    model.eval()\n"
                       "\"\"\"\n" +
                       (uses_torch_ ? "import torch\n" : "") + "from torch import nn\n\n\n";
    for (const auto& [name, text] : kHelpers)
      if (used_.contains(name)) code += std::string(text) + "\n\n";
    return code + "def make_model():\n    return nn.Sequential(\n" + layers + "    )\n";
  }

 private:
  // A line for each layer; `shape` becomes that of the last one's output.
  std::string lines(const nn::Sequential& all, Shape& shape, const std::string& indent) {
    std::string text;
    for (std::size_t i = 0; i < all.layers().size(); ++i) {
      const nn::Layer& layer = all.layers()[i];
      const std::string where = "[pytorch] layer " + std::to_string(i) + " (" + layer.kind() + ")";
      Shape after;
      try {
        after = layer(Tensor::zeros(shape)).shape();
      } catch (const Error& error) {
        fail(where + ": " + error.what());
      }
      std::string call = of_numbers(layer, shape);
      if (call.empty()) call = of_axes(layer, shape);
      if (call.empty()) call = of_sequences(layer);
      if (call.empty()) call = of_layers(layer, shape, indent);
      if (call.empty()) fail(where + " has no form in PyTorch that can be written");
      text += indent + call + ",\n";
      shape = after;
    }
    return text;
  }

  std::string helper(const char* name) {
    used_.insert(name);
    const std::string_view kind = name;
    uses_torch_ |= kind == "RMSNorm" || kind == "GraphConv" || kind == "SelfAttention";
    return name;
  }
  // A layer that works on the last axis, as pictures need it.
  std::string on_last(const std::string& kind, const Shape& shape) {
    return is_picture(shape) ? helper("along_channels") + "(" + kind + ")" : kind;
  }
  // A layer that works on the second axis, as sequences need it.
  std::string on_second(const std::string& kind, const Shape& shape) {
    return shape.axes() == 3 ? helper("along_length") + "(" + kind + ")" : kind;
  }

  // Each of these gives the call that makes the layer, or nothing where it is none of its own.
  std::string of_numbers(const nn::Layer& layer, const Shape& shape) {
    if (layer.as<nn::ReLU>()) return "nn.ReLU()";
    if (const auto* own = layer.as<nn::LeakyReLU>())
      return "nn.LeakyReLU(" + text_of(own->slope) + ")";
    if (const auto* own = layer.as<nn::ELU>()) return "nn.ELU(" + text_of(own->alpha) + ")";
    if (layer.as<nn::GELU>()) return "nn.GELU()";
    if (layer.as<nn::SiLU>()) return "nn.SiLU()";
    if (layer.as<nn::Softplus>()) return "nn.Softplus()";
    if (layer.as<nn::Sigmoid>()) return "nn.Sigmoid()";
    if (layer.as<nn::Tanh>()) return "nn.Tanh()";
    if (const auto* own = layer.as<nn::Dropout>()) return "nn.Dropout(" + text_of(own->p) + ")";
    if (const auto* own = layer.as<nn::Softmax>()) {
      int axis = own->axis < 0 ? own->axis + shape.axes() : own->axis;
      if (is_picture(shape) && axis > 0) axis = axis == 3 ? 1 : axis + 1;
      return "nn.Softmax(" + std::to_string(axis) + ")";
    }
    return {};
  }

  std::string of_axes(const nn::Layer& layer, const Shape& shape) {
    if (const auto* own = layer.as<nn::Linear>())
      return on_last("nn.Linear", shape) + "(" + text_of(own->weight.shape()[1]) + ", " +
             text_of(own->weight.shape()[0]) + (own->bias.defined() ? "" : ", bias=False") + ")";
    if (layer.as<nn::Flatten>())
      return is_picture(shape) ? helper("FlattenPictures") + "()" : "nn.Flatten()";
    if (const auto* own = layer.as<nn::LayerNorm>())
      return on_last("nn.LayerNorm", shape) + "(" + text_of(own->weight.shape()[0]) +
             option("eps", own->eps, real(1e-5)) + ")";
    if (const auto* own = layer.as<nn::RMSNorm>())
      return on_last(helper("RMSNorm"), shape) + "(" + text_of(own->weight.shape()[0]) + ", " +
             text_of(own->eps) + ")";
    if (const auto* own = layer.as<nn::GroupNorm>())
      return on_second("nn.GroupNorm", shape) + "(" + text_of(own->groups) + ", " +
             text_of(own->weight.shape()[0]) + option("eps", own->eps, real(1e-5)) + ")";
    if (const auto* own = layer.as<nn::BatchNorm>())
      return on_second(is_picture(shape) ? "nn.BatchNorm2d" : "nn.BatchNorm1d", shape) + "(" +
             text_of(own->weight.shape()[0]) + option("eps", own->eps, real(1e-5)) +
             option("momentum", own->momentum, real(0.1)) + ")";
    if (const auto* own = layer.as<nn::Conv2d>())
      return "nn.Conv2d(" + text_of(own->weight.shape()[3] * own->groups) + ", " +
             conv_options(*own) + ")";
    if (const auto* own = layer.as<nn::Conv1d>())
      return helper("along_length") + "(nn.Conv1d)(" +
             text_of(own->weight.shape()[2] * own->groups) + ", " + conv_options(*own) + ")";
    if (const auto* own = layer.as<nn::ConvTranspose2d>())
      return "nn.ConvTranspose2d(" + text_of(own->weight.shape()[0]) + ", " +
             text_of(own->weight.shape()[3] * own->groups) + ", " +
             text_of(own->weight.shape()[1]) + option("stride", own->stride, 1) +
             option("padding", own->padding, 0) + option("output_padding", own->output_padding, 0) +
             option("groups", own->groups, 1) + ")";
    if (const auto* own = layer.as<nn::MaxPool2d>())
      return "nn.MaxPool2d(" + text_of(own->size) + option("stride", own->stride, 0) + ")";
    if (const auto* own = layer.as<nn::AvgPool2d>())
      return "nn.AvgPool2d(" + text_of(own->size) + option("stride", own->stride, 0) + ")";
    if (layer.as<nn::GlobalAvgPool2d>())
      return "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())";
    if (const auto* own = layer.as<nn::Upsample>())
      return "nn.Upsample(scale_factor=" + text_of(own->scale) +
             (own->bilinear ? ", mode=\"bilinear\", align_corners=False)" : ")");
    return {};
  }

  template <class Conv>
  std::string conv_options(const Conv& own) {
    return text_of(own.weight.shape()[0]) + ", " + text_of(own.weight.shape()[1]) +
           option("stride", own.stride, 1) + option("padding", own.padding, 0) +
           option("dilation", own.dilation, 1) + option("groups", own.groups, 1);
  }

  std::string recurrent(const char* kind, const nn::RecurrentWeights& own) {
    return helper(kind) + "(" + text_of(own.weight_ih.shape()[1]) + ", " +
           std::to_string(own.hidden) + ", batch_first=True)";
  }

  std::string of_sequences(const nn::Layer& layer) {
    if (const auto* own = layer.as<nn::RNN>()) return recurrent("RNN", own->weights);
    if (const auto* own = layer.as<nn::LSTM>()) return recurrent("LSTM", own->weights);
    if (const auto* own = layer.as<nn::GRU>()) return recurrent("GRU", own->weights);
    if (const auto* own = layer.as<nn::Embedding>())
      return helper("Embedding") + "(" + text_of(own->weight.shape()[0]) + ", " +
             text_of(own->weight.shape()[1]) + ")";
    if (const auto* own = layer.as<nn::MultiheadAttention>())
      return helper("SelfAttention") + "(" + text_of(own->in_proj_weight.shape()[1]) + ", " +
             text_of(own->heads) + option("causal", own->causal) + ")";
    if (const auto* own = layer.as<nn::TransformerBlock>()) {
      helper("SelfAttention");
      return helper("TransformerBlock") + "(" + text_of(own->linear1.weight.shape()[1]) + ", " +
             text_of(own->self_attn.heads) + ", " + text_of(own->linear1.weight.shape()[0]) +
             option("dropout", own->dropout1.p, real(0)) + option("causal", own->self_attn.causal) +
             ")";
    }
    return {};
  }

  std::string of_layers(const nn::Layer& layer, Shape shape, const std::string& indent) {
    const std::string inner = indent + "    ";
    if (const auto* own = layer.as<nn::Residual>())
      return helper("Residual") + "(\n" + lines(own->body, shape, inner) + indent + ")";
    if (const auto* own = layer.as<nn::Sequential>())
      return "nn.Sequential(\n" + lines(*own, shape, inner) + indent + ")";
    if (const auto* own = layer.as<nn::GraphConv>()) {
      const Tensor& weight = own->linear.weight;
      return helper("GraphConv") + "(\n" + inner + text_of(weight.shape()[1]) + ",\n" + inner +
             text_of(weight.shape()[0]) + ",\n" + rows(own->adjacency.value(), inner) + indent +
             ")";
    }
    return {};
  }

  static std::string rows(const Array& matrix, const std::string& indent) {
    std::string text = indent + "[\n";
    for (std::int64_t i = 0; i < matrix.shape()[0]; ++i) {
      text += indent + "    [";
      for (std::int64_t j = 0; j < matrix.shape()[1]; ++j)
        text += (j > 0 ? ", " : "") + python_float(matrix[i * matrix.shape()[1] + j]);
      text += "],\n";
    }
    return text + indent + "],\n";
  }
  // With a point or exponent, so that it is no integer.
  static std::string python_float(real number) {
    const std::string text = text_of(number);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }

  std::set<std::string_view> used_;
  bool uses_torch_ = false;
};

}  // namespace

std::string pytorch_code(const nn::Sequential& model, const Shape& input) {
  const NoGrad no_grad;
  check(input.axes() >= 1, "[pytorch] an input needs at least one axis");
  nn::Sequential copy = model.clone();  // whose mode may change
  copy.train(false);
  return Writer().model(copy, input);
}

}  // namespace grad::io
