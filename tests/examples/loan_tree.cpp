// A decision that explains itself: a small tree learns from 500 loans, then answers for the
// first applicant whom it takes for a default, and says which questions led it there.

#include <algorithm>
#include <cstdio>

#include "classic/decision_tree.h"
#include "data/tables.h"

using namespace grad;

int main() {
  Rng rng(3);
  const data::Table past = data::credit_risk(500, rng), later = data::credit_risk(2'000, rng);
  const std::vector<std::string> names = data::encoded_names(past);
  const data::Dataset train{data::encode(past, past), past.label};
  const data::Dataset test{data::encode(later, past), later.label};

  classic::DecisionTree model({.max_depth = 3, .min_samples_leaf = 10});
  model.fit(train);
  std::printf("right on %.3f of later loans\n", classic::accuracy(model, test));

  const std::vector<std::int32_t> answers = model.predict(test.x);
  const auto refused = std::find(answers.begin(), answers.end(), 1) - answers.begin();
  const real* applicant = test.x.data() + refused * test.x.shape()[1];
  const classic::Tree& tree = model.tree();
  for (const std::int32_t index : tree.path(applicant)) {
    const classic::Tree::Node& node = tree.nodes[static_cast<std::size_t>(index)];
    const double share = static_cast<double>(tree.value(index)[1]);
    std::printf("%3d loans like this, %.0f %% default", node.examples, 100 * share);
    if (!node.leaf())
      std::printf(
          "; %s is %.2f (limit %.2f)", names[static_cast<std::size_t>(node.feature)].c_str(),
          static_cast<double>(applicant[node.feature]), static_cast<double>(node.threshold));
    std::printf("\n");
  }
}
