#include "nn/layer.h"

namespace grad::nn {

void Members::detach() {
  for (auto& [name, tensor] : parameters)
    *tensor = Tensor(tensor->value().clone(), tensor->requires_grad());
  for (auto& [name, array] : buffers) *array = array->clone();
  for (std::shared_ptr<Rng>* rng : generators) *rng = std::make_shared<Rng>(**rng);
}

}  // namespace grad::nn
