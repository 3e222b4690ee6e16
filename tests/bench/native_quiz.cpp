// Times what the Exam Center does first: reads a bank and makes a paper of 60 questions. One JSON
// line, {case, engine, host, questions, bytes, load_ms, paper_ms}, medians of nine. Run:
// native_quiz BANK.json.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "quiz/exam.h"

namespace {

template <class Work>
double median_ms(Work work) {
  std::vector<double> times;
  for (int run = 0; run < 9; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - start;
    times.push_back(passed.count());
  }
  std::nth_element(times.begin(), times.begin() + 4, times.end());
  return times[4];
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string catalogue_json = read(argv[1]), bank_json = read(argv[2]);
  grad::quiz::Bank catalogue, bank;
  const double load = median_ms([&] { catalogue = grad::quiz::load_catalogue(catalogue_json); });
  grad::quiz::Blueprint blueprint;
  blueprint.count = 60;
  const double paper = median_ms([&] {
    blueprint.seed++;
    grad::quiz::make_paper(catalogue, blueprint);
  });
  const double whole = median_ms([&] { bank = grad::quiz::load_bank(bank_json); });
  std::printf(
      "{\"case\":\"quiz_paper\",\"engine\":\"gradschool\",\"host\":\"native\",\"questions\":%zu,"
      "\"catalogue_ms\":%.2f,\"paper_ms\":%.2f,\"bank_ms\":%.2f}\n",
      bank.questions.size(), load, paper, whole);
}
