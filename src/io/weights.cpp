#include "io/weights.h"

#include <algorithm>
#include <set>
#include <vector>

#include "autograd/ops.h"
#include "tensor/check.h"

namespace grad::io {

namespace {

// Ours has one layer of a recurrent kind, PyTorch numbers them.
std::string torch_name(const std::string& name) {
  for (const std::string_view end : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
    if (name.ends_with(end)) return name + "_l0";
  return name;
}

// Only weights of convolutions have three axes or more: channels last here, second there.
Array to_torch(const Array& ours) {
  const Tensor weight(ours);
  const int axes = ours.shape().axes();
  if (axes == 4) return permute(weight, {0, 3, 1, 2}).value();
  return axes == 3 ? permute(weight, {0, 2, 1}).value() : ours.clone();
}

Array from_torch(const Array& theirs) {
  const Tensor weight(theirs);
  const int axes = theirs.shape().axes();
  if (axes == 4) return permute(weight, {0, 2, 3, 1}).value();
  return axes == 3 ? permute(weight, {0, 2, 1}).value() : theirs;
}

// An array of a model by PyTorch's name.
struct Place {
  std::string name;
  Tensor* parameter;
  Array* buffer;  // where there is no parameter
  const Array& value() const { return parameter ? parameter->value() : *buffer; }
  Array& mutable_value() const { return parameter ? parameter->mutable_value() : *buffer; }
};

std::vector<Place> places_in(const nn::Members& members) {
  std::vector<Place> places;
  for (const auto& [name, tensor] : members.parameters)
    places.push_back({torch_name(name), tensor, nullptr});
  for (const auto& [name, array] : members.buffers)
    places.push_back({torch_name(name), nullptr, array});
  return places;
}

// The file's array for that place, in our layout.
Array fitting(const Safetensors& file, const Place& place) {
  const Array* found = file.find(place.name);
  check(found != nullptr,
        [&] { return "[load_weights] the file has no tensor \"" + place.name + "\""; });
  Array ours = from_torch(*found);
  check(ours.shape() == place.value().shape(), [&] {
    return "[load_weights] tensor \"" + place.name + "\" " + found->shape().text() +
           " does not fit the model's, which is " + to_torch(place.value()).shape().text();
  });
  return ours;
}

// PyTorch's count of a batch norm's batches, which has no meaning here.
bool is_batch_count(const std::string& name) { return name.ends_with("num_batches_tracked"); }

}  // namespace

Safetensors weights_of(const nn::Members& members) {
  const NoGrad no_grad;
  Safetensors file;
  for (const Place& place : places_in(members))
    file.tensors.emplace_back(place.name, to_torch(place.value()));
  return file;
}

void load_weights(const nn::Members& members, const Safetensors& file) {
  const NoGrad no_grad;
  const std::vector<Place> places = places_in(members);
  std::vector<Array> loaded;
  std::set<std::string> names;
  for (const Place& place : places) {
    loaded.push_back(fitting(file, place));
    names.insert(place.name);
  }
  for (const auto& [name, array] : file.tensors)
    if (!names.contains(name) && !is_batch_count(name))
      fail("[load_weights] the model has no place for the file's tensor \"" + name + "\"");
  for (std::size_t i = 0; i < places.size(); ++i)
    std::copy(loaded[i].span().begin(), loaded[i].span().end(), places[i].mutable_value().data());
}

}  // namespace grad::io
