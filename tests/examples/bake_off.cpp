// A bake-off in a few lines: four classical models and a network learn from the same 300 points and
// are judged by the same 10,000 others.

#include <cstdio>

#include "classic/kernel_svm.h"
#include "classic/logistic_regression.h"
#include "classic/nearest_neighbors.h"
#include "classic/random_forest.h"
#include "models/network.h"

using namespace grad;

int main() {
  Rng rng(7);
  const data::Dataset train = data::moons(300, real(0.3), rng);
  const data::Dataset test = data::moons(10'000, real(0.3), rng);

  classic::LogisticRegression logistic;
  classic::KernelSvm svm;
  classic::NearestNeighbors neighbors;
  classic::RandomForest forest;
  models::MlpClassifier network({64, 64}, {.epochs = 40});
  for (classic::Classifier* model :
       {static_cast<classic::Classifier*>(&logistic), static_cast<classic::Classifier*>(&svm),
        static_cast<classic::Classifier*>(&neighbors), static_cast<classic::Classifier*>(&forest),
        static_cast<classic::Classifier*>(&network)}) {
    model->fit(train, 1);
    std::printf("%-18s %.3f\n", model->name(), classic::accuracy(*model, test));
  }
}
