#pragma once

// The runs that demos now show, so that a quiz beside them can grade what a learner has done.

#include <string>
#include <string_view>

#include "demos/run.h"

namespace grad::app {

/// Makes a run known for as long as it lives.
class OpenRun {
 public:
  explicit OpenRun(const demos::Run& run);
  ~OpenRun();
  OpenRun(const OpenRun&) = delete;
  OpenRun& operator=(const OpenRun&) = delete;
  /// The learner turned to this run: of several of one demo the last one counts.
  void use();

 private:
  const demos::Run* run_;
};

/// "name:value,…" of the demo's parameters and read-outs as they now are (Quiz::enter); "" if none
/// is open. What is not known yet is left out.
std::string report_of(std::string_view demo);
std::string report_of(const demos::Run& run);

}  // namespace grad::app
