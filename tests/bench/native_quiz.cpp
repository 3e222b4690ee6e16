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

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "", std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  grad::quiz::Bank bank;
  const double load = median_ms([&] { bank = grad::quiz::load_bank(json); });
  grad::quiz::Blueprint blueprint;
  blueprint.count = 60;
  const double paper = median_ms([&] {
    blueprint.seed++;
    grad::quiz::make_paper(bank, blueprint);
  });
  std::printf(
      "{\"case\":\"quiz_paper\",\"engine\":\"gradschool\",\"host\":\"native\",\"questions\":%zu,"
      "\"bytes\":%zu,\"load_ms\":%.2f,\"paper_ms\":%.2f}\n",
      bank.questions.size(), json.size(), load, paper);
}
