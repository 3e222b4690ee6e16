#include "app/open_runs.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "quiz/json.h"

namespace grad::app {
namespace {

/// The one used last at the end.
std::vector<const demos::Run*>& open_runs() {
  static std::vector<const demos::Run*> runs;
  return runs;
}

void add(std::string& report, const char* name, double value) {
  if (std::isnan(value)) return;
  if (!report.empty()) report += ',';
  report += name + (":" + quiz::number_text(value));
}

}  // namespace

OpenRun::OpenRun(const demos::Run& run) : run_(&run) { open_runs().push_back(run_); }

OpenRun::~OpenRun() { std::erase(open_runs(), run_); }

void OpenRun::use() {
  std::vector<const demos::Run*>& runs = open_runs();
  if (runs.back() == run_) return;
  std::erase(runs, run_);
  runs.push_back(run_);
}

std::string report_of(const demos::Run& run) {
  std::string report;
  for (std::size_t k = 0; k < run.values().size(); k++)
    add(report, run.demo().parameters()[k].name, run.values()[k]);
  for (const demos::Readout& readout : run.demo().readouts())
    add(report, readout.name, readout.value);
  return report;
}

std::string report_of(std::string_view demo) {
  const std::vector<const demos::Run*>& runs = open_runs();
  const auto found = std::find_if(runs.rbegin(), runs.rend(),
                                  [&](const demos::Run* run) { return run->entry().name == demo; });
  return found == runs.rend() ? "" : report_of(**found);
}

}  // namespace grad::app
