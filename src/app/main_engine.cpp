// The engine as a WebAssembly module of its own, without ImGui: one table of functions, from which
// web/engine/engine.ts makes the JavaScript API when it starts, and the types of that API are
// written (tests/engine/types.mjs). Functions that can fail return -1 and leave the sentence in
// engine_text(). engine_call.h says how arguments and results pass.

#include <algorithm>
#include <utility>

#include "app/engine_call.h"
#include "kernels/kernels.h"
#include "nn/attention.h"
#include "nn/init.h"
#include "nn/recurrent.h"
#include "nn/summary.h"
#include "optim/snapshot.h"
#include "train/pass.h"

#ifdef GRAD_ONNX
#include "io/onnx.h"
#endif

#define EXPORT extern "C" __attribute__((used, visibility("default")))

namespace {

using namespace grad;
using namespace grad::app;

// Overloaded functions are chosen by the type of the parameter that takes them here.
Function unary(const char* name, Tensor (*f)(const Tensor&)) { return bind(name, "x", f); }
Function binary(const char* name, Tensor (*f)(const Tensor&, const Tensor&)) {
  return bind(name, "a b", f);
}
Function reduction(const char* name, Tensor (*f)(const Tensor&, const Axes&, bool)) {
  return bind(name, "x axes keepdim=false", f);
}
Function loss(const char* name, Tensor (*f)(const Tensor&, const Tensor&)) {
  return bind(name, "prediction target", f);
}

Tensor trained(Array values, bool requires_grad) {
  return Tensor(std::move(values), requires_grad);
}

/// A layer made of a constructor's arguments.
template <class L, class... A>
nn::Layer make(A... arguments) {
  return L{std::forward<A>(arguments)...};
}

template <class O>
optim::AnyOptimizer make_optimizer(const nn::Parameters& parameters, typename O::Options options) {
  return O(parameters, options);
}

/// Parameters, then buffers, by name.
std::vector<std::pair<std::string, Tensor>> state_of(nn::Layer& layer) {
  const nn::Members members = nn::members_of(layer);
  std::vector<std::pair<std::string, Tensor>> all;
  for (const auto& [name, tensor] : members.parameters) all.emplace_back(name, *tensor);
  for (const auto& [name, array] : members.buffers) all.emplace_back(name, Tensor(*array));
  return all;
}

nn::Sequential as_sequential(nn::Layer& layer) {
  const nn::Sequential* whole = layer.as<nn::Sequential>();
  return whole ? *whole : nn::Sequential({layer});
}

/// All that the rest of a run depends on.
optim::State run_of(nn::Layer& model, optim::AnyOptimizer& optimizer, Rng& generator) {
  optim::State state;
  state.layer(nn::members_of(model));
  state.part("optimizer", optimizer);
  state.generator("generator", generator);
  return state;
}

/// The names of its arrays, an empty line, and those of its numbers.
std::string snapshot_names(nn::Layer& model, optim::AnyOptimizer& optimizer, Rng& generator) {
  const optim::Snapshot snapshot = optim::take(run_of(model, optimizer, generator));
  std::string names;
  for (const auto& [name, array] : snapshot.arrays) names += name + "\n";
  for (const auto& [name, bits] : snapshot.numbers) names += "\n" + name;
  return names;
}

std::vector<Tensor> snapshot_arrays(nn::Layer& model, optim::AnyOptimizer& optimizer,
                                    Rng& generator) {
  std::vector<Tensor> arrays;
  for (auto& [name, array] : optim::take(run_of(model, optimizer, generator)).arrays)
    arrays.emplace_back(std::move(array));
  return arrays;
}

/// The 64 bits of each number as two of 32, the lower ones first.
Labels snapshot_numbers(nn::Layer& model, optim::AnyOptimizer& optimizer, Rng& generator) {
  Labels halves;
  for (const auto& [name, bits] : optim::take(run_of(model, optimizer, generator)).numbers) {
    halves.push_back(static_cast<std::int32_t>(bits));
    halves.push_back(static_cast<std::int32_t>(bits >> 32));
  }
  return halves;
}

/// Puts back what the other three give.
void restore_snapshot(nn::Layer& model, optim::AnyOptimizer& optimizer, Rng& generator,
                      std::span<const Tensor> arrays, std::span<const int> halves) {
  const optim::State state = run_of(model, optimizer, generator);
  optim::Snapshot snapshot = optim::take(state);
  check(arrays.size() == snapshot.arrays.size() && halves.size() == 2 * snapshot.numbers.size(),
        "[restore] a snapshot of another run");
  for (std::size_t i = 0; i < arrays.size(); i++) snapshot.arrays[i].second = arrays[i].value();
  for (std::size_t i = 0; i < snapshot.numbers.size(); i++)
    snapshot.numbers[i].second = static_cast<std::uint32_t>(halves[2 * i]) |
                                 std::uint64_t{static_cast<std::uint32_t>(halves[2 * i + 1])} << 32;
  optim::restore(state, snapshot);
}

std::vector<Tensor> recurrent_step(nn::Layer& layer, const Tensor& x,
                                   std::span<const Tensor> state) {
  const auto needs = [&](std::size_t n) {
    check(state.size() == n, [&] {
      return "[recurrentStep] " + std::string(layer.kind()) + " has a state of " +
             std::to_string(n) + " tensors, not " + std::to_string(state.size());
    });
  };
  if (const auto* lstm = layer.as<nn::LSTM>()) {
    needs(2);
    const nn::LSTM::State next = lstm->step(x, {state[0], state[1]});
    return {next.h, next.c};
  }
  const auto* rnn = layer.as<nn::RNN>();
  const auto* gru = layer.as<nn::GRU>();
  check(rnn || gru, "[recurrentStep] needs an RNN, a GRU or an LSTM");
  needs(1);
  return {rnn ? rnn->step(x, state[0]) : gru->step(x, state[0])};
}

/// The pass's numbers, as train/pass.h lists them.
std::vector<double> pass_over(nn::Layer& model, optim::AnyOptimizer* optimizer, const Tensor& x,
                              const Tensor& targets, std::span<const int> labels,
                              std::span<const int> rows, int batch, real clip_norm) {
  const train::Pass pass =
      train::pass_over(model, optimizer, x, targets, labels, rows, {batch, clip_norm});
  return {static_cast<double>(pass.batches), pass.loss, pass.right, pass.last_loss};
}

// Names, parameters and defaults are those of the headers.
const Function functions[] = {
    // Tensors
    bind("zeros", "shape requires_grad=false",
         +[](const Shape& shape, bool grad) { return Tensor::zeros(shape, grad); }),
    bind("full", "shape value requires_grad=false",
         +[](const Shape& shape, real value, bool grad) {
           return trained(Array::full(shape, value), grad);
         }),
    bind("randn", "shape generator requires_grad=false",
         +[](const Shape& shape, Rng& rng, bool grad) { return Tensor::randn(shape, rng, grad); }),
    bind("rand", "shape generator low=0 high=1 requires_grad=false",
         +[](const Shape& shape, Rng& rng, real low, real high, bool grad) {
           Array values(shape);
           for (real& x : values.span()) x = rng.uniform(low, high);
           return trained(std::move(values), grad);
         }),
    bind("detach", "x", +[](const Tensor& x) { return x.detach(); }),
    bind("backward", "x", +[](const Tensor& x) { x.backward(); }),
    bind("zero_grad", "x", +[](const Tensor& x) { x.zero_grad(); }),
    bind("requires_grad", "x", +[](const Tensor& x) { return x.requires_grad(); }),

    // Random numbers
    bind("generator", "seed", +[](std::uint64_t seed) { return Rng(seed); }),
    bind("permutation", "n generator",
         +[](int n, Rng& rng) {
           check(n >= 0, "[permutation] n must not be negative");
           Labels items(static_cast<std::size_t>(n));
           for (int i = 0; i < n; i++) items[static_cast<std::size_t>(i)] = i;
           rng.shuffle(items);
           return items;
         }),

    // Arithmetic and elementwise
    bind("add", "a b",
         +[](const Tensor& a, const Operand& b) {
           return b.tensor.defined() ? a + b.tensor : a + b.number;
         }),
    bind("sub", "a b",
         +[](const Tensor& a, const Operand& b) {
           return b.tensor.defined() ? a - b.tensor : a - b.number;
         }),
    bind("mul", "a b",
         +[](const Tensor& a, const Operand& b) {
           return b.tensor.defined() ? a * b.tensor : a * b.number;
         }),
    bind("div", "a b",
         +[](const Tensor& a, const Operand& b) {
           return b.tensor.defined() ? a / b.tensor : a / b.number;
         }),
    bind("pow", "x exponent",
         +[](const Tensor& x, const Operand& exponent) {
           return exponent.tensor.defined() ? pow(x, exponent.tensor) : pow(x, exponent.number);
         }),
    unary("neg", operator-),
    unary("exp", exp),
    unary("log", log),
    unary("sqrt", sqrt),
    unary("square", square),
    unary("abs", abs),
    unary("sign", sign),
    unary("relu", relu),
    unary("sigmoid", sigmoid),
    unary("tanh", tanh),
    unary("gelu", gelu),
    unary("silu", silu),
    unary("softplus", softplus),
    bind("leaky_relu", "x slope=0.01", leaky_relu),
    bind("elu", "x alpha=1", elu),
    binary("maximum", maximum),
    binary("minimum", minimum),
    bind("clamp", "x low high", clamp),
    binary("greater", greater),
    binary("equal", equal),
    bind("where", "condition a b", where),

    // Reductions
    bind("sum", "x axes=[] keepdim=false",
         +[](const Tensor& x, const Axes& axes, bool keepdim) {
           return axes.count() ? sum(x, axes, keepdim) : sum(x);
         }),
    bind("mean", "x axes=[] keepdim=false",
         +[](const Tensor& x, const Axes& axes, bool keepdim) {
           return axes.count() ? mean(x, axes, keepdim) : mean(x);
         }),
    bind("var", "x axes keepdim=false correction=1", var),
    reduction("max", max),
    reduction("min", min),
    reduction("logsumexp", logsumexp),
    bind("argmax", "x axis=-1", argmax),

    // Shape
    bind("reshape", "x shape", reshape),
    unary("flatten", flatten),
    bind("unsqueeze", "x axis", unsqueeze),
    bind("permute", "x axes", permute),
    bind("transpose", "x a=-2 b=-1",
         static_cast<Tensor (*)(const Tensor&, int, int)>(transpose)),
    bind("slice", "x axis start stop step=1", slice),
    bind("select", "x axis index", select),
    bind("flip", "x axes", flip),
    bind("repeat", "x counts", repeat),
    bind("pad", "x amounts value=0",
         static_cast<Tensor (*)(const Tensor&, std::span<const int>, real)>(pad)),
    bind("concat", "parts axis=0",
         static_cast<Tensor (*)(std::span<const Tensor>, int)>(concat)),
    bind("stack", "parts axis=0", static_cast<Tensor (*)(std::span<const Tensor>, int)>(stack)),
    bind("gather", "x axis index shape", gather),
    bind("scatter_add", "x axis index source", scatter_add),
    bind("index_select", "x axis index", index_select),
    bind("embedding", "weight index shape", embedding),
    bind("one_hot", "labels classes", one_hot),

    // Products, convolutions, pooling
    bind("matmul", "a b trans_a=false trans_b=false", matmul),
    bind("linear", "x w b?",
         +[](const Tensor& x, const Tensor& w, const Tensor& b) { return linear(x, w, b); }),
    bind("conv2d", "x w b? stride=1 padding=0 dilation=1 groups=1",
         +[](const Tensor& x, const Tensor& w, const Tensor& b, int stride, int padding,
             int dilation, int groups) {
           return conv2d(x, w, b, stride, padding, dilation, groups);
         }),
    bind("conv1d", "x w b? stride=1 padding=0 dilation=1 groups=1", conv1d),
    bind("conv_transpose2d", "x w b? stride=1 padding=0 output_padding=0 groups=1 dilation=1",
         conv_transpose2d),
    bind("max_pool2d", "x size stride=0", max_pool2d),
    bind("avg_pool2d", "x size stride=0", avg_pool2d),
    unary("global_avg_pool2d", global_avg_pool2d),
    unary("global_max_pool2d", global_max_pool2d),
    bind("upsample_nearest", "x scale", upsample_nearest),
    bind("upsample_bilinear", "x scale", upsample_bilinear),

    // Normalisation, dropout, attention
    bind("dropout", "x p generator training=true",
         +[](const Tensor& x, real p, Rng& rng, bool training) {
           return dropout(x, p, training, rng);
         }),
    bind("layer_norm", "x weight? bias? eps=1e-5", layer_norm),
    bind("rms_norm", "x weight? eps=1e-6", rms_norm),
    bind("group_norm", "x groups weight? bias? eps=1e-5", group_norm),
    bind("batch_norm", "x running_mean running_var weight? bias? training momentum=0.1 eps=1e-5",
         +[](const Tensor& x, const Tensor& mean, const Tensor& variance, const Tensor& weight,
             const Tensor& bias, bool training, real momentum, real eps) {
           return batch_norm(x, Tensor(mean).mutable_value(), Tensor(variance).mutable_value(),
                             weight, bias, training, momentum, eps);
         }),
    bind("softmax", "x axis=-1", softmax),
    bind("log_softmax", "x axis=-1", log_softmax),
    bind("scaled_dot_product_attention", "query key value mask=null causal=false",
         scaled_dot_product_attention),

    // Losses
    bind("cross_entropy", "logits labels weight=[] label_smoothing=0 ignore_index=-100",
         +[](const Tensor& logits, std::span<const int> labels, std::span<const real> weight,
             real smoothing, int ignored) {
           const bool plain = weight.empty() && smoothing == 0 && ignored == -100;
           return plain ? cross_entropy(logits, labels)
                        : cross_entropy(logits, labels, {weight, smoothing, ignored});
         }),
    bind("nll_loss", "log_probabilities labels weight=[] label_smoothing=0 ignore_index=-100",
         +[](const Tensor& logs, std::span<const int> labels, std::span<const real> weight,
             real smoothing, int ignored) {
           return nll_loss(logs, labels, {weight, smoothing, ignored});
         }),
    bind("bce_with_logits", "logits target", bce_with_logits),
    loss("mse_loss", mse_loss),
    loss("l1_loss", l1_loss),
    bind("huber_loss", "prediction target delta=1", huber_loss),
    bind("kl_div", "log_prediction target", kl_div),
    bind("accuracy", "logits labels", accuracy),

    // Layers
    bind("Linear", "inputs outputs generator with_bias=true", make<nn::Linear, int, int, Rng&, bool>),
    bind("Conv2d", "inputs outputs kernel generator stride=1 padding=0 dilation=1 groups=1",
         make<nn::Conv2d, int, int, int, Rng&, int, int, int, int>),
    bind("Conv1d", "inputs outputs kernel generator stride=1 padding=0 dilation=1 groups=1",
         make<nn::Conv1d, int, int, int, Rng&, int, int, int, int>),
    bind("ConvTranspose2d", "inputs outputs kernel generator stride=1 padding=0 output_padding=0 groups=1",
         make<nn::ConvTranspose2d, int, int, int, Rng&, int, int, int, int>),
    bind("MaxPool2d", "size stride=0", make<nn::MaxPool2d, int, int>),
    bind("AvgPool2d", "size stride=0", make<nn::AvgPool2d, int, int>),
    bind("GlobalAvgPool2d", "", make<nn::GlobalAvgPool2d>),
    bind("Upsample", "scale bilinear=false", make<nn::Upsample, int, bool>),
    bind("Flatten", "", make<nn::Flatten>),
    bind("ReLU", "", make<nn::ReLU>),
    bind("LeakyReLU", "slope=0.01", make<nn::LeakyReLU, real>),
    bind("ELU", "alpha=1", make<nn::ELU, real>),
    bind("GELU", "", make<nn::GELU>),
    bind("SiLU", "", make<nn::SiLU>),
    bind("Softplus", "", make<nn::Softplus>),
    bind("Sigmoid", "", make<nn::Sigmoid>),
    bind("Tanh", "", make<nn::Tanh>),
    bind("Softmax", "axis=-1", make<nn::Softmax, int>),
    bind("BatchNorm", "channels momentum=0.1 eps=1e-5", make<nn::BatchNorm, int, real, real>),
    bind("LayerNorm", "features eps=1e-5", make<nn::LayerNorm, int, real>),
    bind("RMSNorm", "features eps=1e-6", make<nn::RMSNorm, int, real>),
    bind("GroupNorm", "groups channels eps=1e-5", make<nn::GroupNorm, int, int, real>),
    bind("Dropout", "p generator", make<nn::Dropout, real, Rng&>),
    bind("Embedding", "entries size generator", make<nn::Embedding, int, int, Rng&>),
    bind("RNN", "inputs hidden generator", make<nn::RNN, int, int, Rng&>),
    bind("GRU", "inputs hidden generator", make<nn::GRU, int, int, Rng&>),
    bind("LSTM", "inputs hidden generator", make<nn::LSTM, int, int, Rng&>),
    bind("MultiheadAttention", "size heads generator causal=false",
         make<nn::MultiheadAttention, int, int, Rng&, bool>),
    bind("TransformerBlock", "size heads feed_forward generator dropout=0 causal=false",
         make<nn::TransformerBlock, int, int, int, Rng&, real, bool>),
    bind("GraphConv", "adjacency inputs outputs generator",
         make<nn::GraphConv, const Tensor&, int, int, Rng&>),
    bind("Residual", "layers", make<nn::Residual, std::vector<nn::Layer>>),
    bind("Sequential", "layers", make<nn::Sequential, std::vector<nn::Layer>>),
    bind("mlp", "sizes activation generator",
         +[](std::span<const int> sizes, const nn::Layer& activation, Rng& rng) -> nn::Layer {
           return nn::mlp(sizes, activation, rng);
         }),
    bind("normalized_adjacency", "nodes edges",
         +[](int nodes, std::span<const int> ends) {
           check(ends.size() % 2 == 0, "[normalizedAdjacency] edges are pairs of nodes");
           std::vector<std::pair<int, int>> edges;
           for (std::size_t i = 0; i < ends.size(); i += 2)
             edges.emplace_back(ends[i], ends[i + 1]);
           return nn::normalized_adjacency(nodes, edges);
         }),

    // What layers do
    bind("forward", "layer x", +[](const nn::Layer& layer, const Tensor& x) { return layer(x); }),
    bind("trace", "layer x",
         +[](nn::Layer& layer, const Tensor& x) { return as_sequential(layer).trace(x); }),
    bind("attend", "layer query memory mask=null",
         +[](nn::Layer& layer, const Tensor& query, const Tensor& memory, const Tensor& mask) {
           const auto* attention = layer.as<nn::MultiheadAttention>();
           check(attention, "[attend] needs a MultiheadAttention");
           return (*attention)(query, memory, mask);
         }),
    bind("recurrent_step", "layer x state", recurrent_step),
    bind("set_training", "layer on", +[](nn::Layer& layer, bool on) { nn::train(layer, on); }),
    bind("is_training", "layer",
         +[](nn::Layer& layer) {
           const nn::Members members = nn::members_of(layer);
           return std::any_of(members.switches.begin(), members.switches.end(),
                              [](const bool* on) { return *on; });
         }),
    bind("clone", "layer", +[](const nn::Layer& layer) { return nn::clone(layer); }),
    bind("kind", "layer", +[](const nn::Layer& layer) { return std::string(layer.kind()); }),
    bind("parameter_names", "layer",
         +[](const nn::Layer& layer) {
           std::string names;
           for (const auto& [name, tensor] : nn::parameters_of(layer)) names += name + "\n";
           return names;
         }),
    bind("state_names", "layer",
         +[](nn::Layer& layer) {
           std::string names;
           for (const auto& [name, tensor] : state_of(layer)) names += name + "\n";
           return names;
         }),
    bind("state_tensors", "layer",
         +[](nn::Layer& layer) {
           std::vector<Tensor> tensors;
           for (const auto& [name, tensor] : state_of(layer)) tensors.push_back(tensor);
           return tensors;
         }),
    bind("summary", "layer input_shape",
         +[](nn::Layer& layer, const Shape& input) {
           return nn::summary_table(as_sequential(layer), input);
         }),

#ifdef GRAD_ONNX
    bind("onnx", "layer input_shape",
         +[](nn::Layer& layer, const Shape& input) {
           return Bytes{io::write_onnx(as_sequential(layer), input)};
         }),
#endif

    // Starting values
    bind("init_normal", "weight mean deviation generator", nn::init_normal),
    bind("init_uniform", "weight low high generator", nn::init_uniform),
    bind("xavier_uniform", "weight generator gain=1", nn::xavier_uniform),
    bind("xavier_normal", "weight generator gain=1", nn::xavier_normal),
    bind("he_uniform", "weight generator", nn::he_uniform),
    bind("he_normal", "weight generator", nn::he_normal),
    bind("orthogonal", "weight generator gain=1", nn::orthogonal),

    // Optimisers
    bind("SGD", "parameters lr=1e-2 momentum=0 weight_decay=0 nesterov=false",
         +[](const nn::Parameters& p, real lr, real momentum, real weight_decay, bool nesterov) {
           return make_optimizer<optim::SGD>(p, {lr, momentum, weight_decay, nesterov});
         }),
    bind("RMSProp", "parameters lr=1e-2 alpha=0.99 eps=1e-8 weight_decay=0",
         +[](const nn::Parameters& p, real lr, real alpha, real eps, real weight_decay) {
           return make_optimizer<optim::RMSProp>(p, {lr, alpha, eps, weight_decay});
         }),
    bind("Adagrad", "parameters lr=1e-2 eps=1e-10 weight_decay=0",
         +[](const nn::Parameters& p, real lr, real eps, real weight_decay) {
           return make_optimizer<optim::Adagrad>(p, {lr, eps, weight_decay});
         }),
    bind("Adam", "parameters lr=1e-3 beta1=0.9 beta2=0.999 eps=1e-8",
         +[](const nn::Parameters& p, real lr, real beta1, real beta2, real eps) {
           return make_optimizer<optim::Adam>(p, {lr, beta1, beta2, eps});
         }),
    bind("AdamW", "parameters lr=1e-3 beta1=0.9 beta2=0.999 eps=1e-8 weight_decay=1e-2",
         +[](const nn::Parameters& p, real lr, real beta1, real beta2, real eps,
             real weight_decay) {
           return make_optimizer<optim::AdamW>(p, {lr, beta1, beta2, eps, weight_decay});
         }),
    bind("optimizer_step", "optimizer",
         +[](optim::AnyOptimizer& optimizer) { optimizer.step(); }),
    bind("optimizer_zero_grad", "optimizer",
         +[](optim::AnyOptimizer& optimizer) { optimizer.zero_grad(); }),
    bind("learning_rate", "optimizer",
         +[](optim::AnyOptimizer& optimizer) { return optimizer.lr(); }),
    bind("set_learning_rate", "optimizer lr",
         +[](optim::AnyOptimizer& optimizer, real lr) { optimizer.lr() = lr; }),
    bind("pass_over", "model optimizer? x targets? labels rows batch clip_norm", pass_over),
    bind("snapshot_names", "model optimizer generator", snapshot_names),
    bind("snapshot_arrays", "model optimizer generator", snapshot_arrays),
    bind("snapshot_numbers", "model optimizer generator", snapshot_numbers),
    bind("restore_snapshot", "model optimizer generator arrays numbers", restore_snapshot),
    bind("clip_grad_norm", "parameters max_norm", optim::clip_grad_norm),
    bind("clip_grad_value", "parameters limit", optim::clip_grad_value),

    // Schedules: the rate at a step
    bind("stepLR", "step lr every gamma=0.1",
         +[](int step, real lr, int every, real gamma) {
           return optim::StepLR{lr, every, gamma}(step);
         }),
    bind("cosineAnnealingLR", "step lr steps lowest=0",
         +[](int step, real lr, int steps, real lowest) {
           return optim::CosineAnnealingLR{lr, steps, lowest}(step);
         }),
    bind("linearLR", "step lr steps start=0.3333333333333333",
         +[](int step, real lr, int steps, real start) {
           return optim::LinearLR{lr, steps, start}(step);
         }),
    bind("oneCycleLR", "step highest steps rising=0.3 divisor=25 last_divisor=10000",
         +[](int step, real highest, int steps, real rising, real divisor, real last_divisor) {
           return optim::OneCycleLR{highest, steps, rising, divisor, last_divisor}(step);
         }),
    bind("ReduceLROnPlateau", "lr factor=0.1 patience=10 threshold=1e-4 lowest=0",
         +[](real lr, real factor, int patience, real threshold, real lowest) {
           return optim::ReduceLROnPlateau(lr, factor, patience, threshold, lowest);
         }),
    bind("plateau_step", "plateau measure",
         +[](optim::ReduceLROnPlateau& plateau, real measure) { return plateau.step(measure); }),
};

/// Runs `work`; on an exception keeps its sentence and returns -1.
template <class Work>
int guarded(Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    text = error.what();
    return -1;
  }
}

/// "x:Tensor slope:number=0.01": the kind of each parameter put behind its name.
std::string with_kinds(const Function& function) {
  std::string out;
  int argument = 0;
  for (const char* at = function.parameters; *at;) {
    while (*at && *at != ' ' && *at != '?' && *at != '=') out += *at++;
    check(argument < function.count, function.name);
    out += std::string(":") + function.kinds[argument++];
    while (*at && *at != ' ') out += *at++;
    if (*at) out += *at++;
  }
  check(argument == function.count, function.name);
  return out;
}

}  // namespace

/// The table: one line a function, "name result parameter:kind parameter:kind=default".
EXPORT const char* engine_functions() {
  guarded([] {
    std::string list;
    for (const Function& function : functions)
      list +=
          std::string(function.name) + " " + function.result + " " + with_kinds(function) + "\n";
    text = std::move(list);
    return 0;
  });
  return text.c_str();
}
/// The frame, with room for so many numbers.
EXPORT double* engine_frame(int numbers) {
  if (frame.size() < static_cast<std::size_t>(numbers))
    frame.resize(static_cast<std::size_t>(numbers));
  return frame.data();
}
/// Calls the function of that line. Returns a handle if it makes an object, else 0.
EXPORT int engine_call(int line) {
  return guarded([line] {
    const Function& function = functions[line];
    Arguments arguments(function.name, function.parameters);
    return function.call(function.function, arguments);
  });
}
EXPORT const char* engine_text() { return text.c_str(); }
EXPORT void engine_free(int id) {
  guarded([id] { return objects.remove(id), 0; });
}
EXPORT int engine_live_objects() { return objects.live(); }
EXPORT std::uint32_t engine_live_bytes() { return static_cast<std::uint32_t>(memory_use().live); }

/// fast = 0: deterministic kernels. Returns 1 if the fast class is now in force.
EXPORT int engine_select(int fast) {
  return kernels::select(fast != 0 ? kernels::Class::fast : kernels::Class::deterministic) ==
         kernels::Class::fast;
}
EXPORT int engine_threads(int count) {
  kernels::set_threads(count);
  return kernels::threads();
}
/// While on, operations record nothing.
EXPORT void engine_no_grad(int on) {
  static std::vector<std::unique_ptr<NoGrad>> guards;
  if (on != 0)
    guards.push_back(std::make_unique<NoGrad>());
  else if (!guards.empty())
    guards.pop_back();
}

/// Leaves the sizes of the axes in the frame and returns how many there are.
EXPORT int tensor_shape(int id) {
  return guarded([id] {
    const Shape& shape = objects.get<Tensor>(id).shape();
    for (int axis = 0; axis < shape.axes(); axis++)
      frame[static_cast<std::size_t>(axis)] = static_cast<double>(shape[axis]);
    return shape.axes();
  });
}
EXPORT int tensor_size(int id) {
  return guarded([id] { return static_cast<int>(objects.get<Tensor>(id).value().size()); });
}
/// Where the numbers are.
EXPORT const real* tensor_data(int id) {
  const real* numbers = nullptr;
  guarded([&] { return numbers = objects.get<Tensor>(id).value().data(), 0; });
  return numbers;
}
/// Null before the first backward().
EXPORT const real* tensor_grad(int id) {
  const real* numbers = nullptr;
  guarded([&] { return numbers = objects.get<Tensor>(id).grad().data(), 0; });
  return numbers;
}
