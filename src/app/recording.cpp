#include "app/recording.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <tuple>

#include "app/view.h"
#include "tensor/check.h"

namespace grad::app {
namespace {

using quiz::Json;
using quiz::JsonWriter;
using ui::PlotData;
using ui::Series;
using Kind = Series::Kind;

constexpr std::size_t kMostBytes = 4'000'000;
constexpr const char* kKinds[] = {"line", "band", "points", "horizontal", "vertical"};
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// --- Bits ----------------------------------------------------------------------------------------

/// FNV-1a over whatever it is fed.
class Hash {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; byte++) {
      bits_ = (bits_ ^ (word >> (8 * byte) & 0xff)) * 0x100000001b3;
    }
  }
  /// One pattern stands for all NaNs: theirs depend on the machine.
  void add(double number) {
    add(std::bit_cast<std::uint64_t>(std::isnan(number) ? kUnknown : number));
  }
  void add(const std::vector<double>& numbers) {
    add(std::uint64_t{numbers.size()});
    for (const double number : numbers) add(number);
  }
  void add(const std::string& text) {
    add(std::uint64_t{text.size()});
    for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
  }
  void add(const Series& series) {
    add(static_cast<std::uint64_t>(series.kind));
    add(series.label);
    add(series.x);
    add(series.y);
    add(series.high);
  }
  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(bits_));
    return digits;
  }

 private:
  std::uint64_t bits_ = 0xcbf29ce484222325;
};

std::string bits_of(const PlotData& plot) {
  Hash hash;
  for (const Series& series : plot.series) hash.add(series);
  return hash.text();
}

bool same_bits(const Series& a, const Series& b) {
  Hash of_a, of_b;
  of_a.add(a);
  of_b.add(b);
  return of_a.text() == of_b.text();
}

/// NaN is "not known"; 0 and −0 are one number, for JSON's readers make one of them.
bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// --- Recording -----------------------------------------------------------------------------------

/// The figures alone, without the controls around them.
class Figures final : public View {
 public:
  explicit Figures(demos::Run& run) : run_(run) { resize(960, 4000, 1); }
  bool running() const override { return false; }
  void advance() override {}
  std::string state() const override { return ""; }
  std::string restore(std::string_view) override { return ""; }
  std::string model() const override { return "{}"; }

 private:
  void content(ui::Ui& ui) override { run_.demo().draw(ui); }
  demos::Run& run_;
};

/// Whether a page draws it before the run is there: not the many faint things behind.
bool worth_showing(const Series& series) {
  return series.opacity >= 1 && series.kind != Kind::horizontal && series.kind != Kind::vertical;
}

/// A six-digit number takes a third of the bytes, and no screen shows the difference.
void write_coordinates(JsonWriter& out, const char* name, const std::vector<double>& numbers) {
  out.key(name).begin_array();
  for (const double number : numbers) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.6g", number);
    out.value(std::isfinite(number) ? std::strtod(digits, nullptr) : kUnknown);
  }
  out.end_array();
}

void write_series(JsonWriter& out, const Series& series, bool of_look) {
  out.begin_object().member("kind", kKinds[static_cast<int>(series.kind)]);
  out.member("label", series.label);
  if (of_look) out.member("look", true);
  write_coordinates(out, "x", series.x);
  write_coordinates(out, "y", series.y);
  if (series.kind == Kind::band) write_coordinates(out, "high", series.high);
  out.end_object();
}

const PlotData* find_plot(const std::vector<PlotData>& plots, std::string_view id) {
  const auto found =
      std::find_if(plots.begin(), plots.end(), [&](const PlotData& plot) { return plot.id == id; });
  return found == plots.end() ? nullptr : &*found;
}

/// Whether the plot has this series in this place there.
bool has(const std::vector<PlotData>& plots, const std::string& id, std::size_t i,
         const Series& series) {
  const PlotData* plot = find_plot(plots, id);
  return plot && i < plot->series.size() && same_bits(plot->series[i], series);
}

void write_texts(JsonWriter& out, const std::vector<std::string>& texts) {
  out.begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

void write_figure(JsonWriter& out, const ui::Node& node) {
  out.begin_object().member("id", node.id).member("title", node.label);
  out.member("summary", node.description).key("table").begin_object().key("columns");
  write_texts(out, node.table.columns);
  out.key("rows").begin_array();
  for (const std::vector<std::string>& row : node.table.rows) write_texts(out, row);
  out.end_array().end_object().end_object();
}

// --- Reading -------------------------------------------------------------------------------------

/// A member that must be there and of this kind.
const Json& member(const Json& json, const char* name, Json::Kind kind) {
  const Json* found = json.find(name);
  check(found != nullptr && found->kind == kind,
        [&] { return "\"" + std::string(name) + "\" is missing or of another kind"; });
  return *found;
}

/// null stands for what is not known.
double number(const Json& json) {
  check(json.kind == Json::Kind::number || json.kind == Json::Kind::null,
        "there is something else in the place of a number");
  return json.kind == Json::Kind::null ? kUnknown : json.number;
}

std::vector<double> read_coordinates(const Json& series, const char* name) {
  std::vector<double> numbers;
  for (const Json& item : member(series, name, Json::Kind::array).items)
    numbers.push_back(number(item));
  return numbers;
}

Series read_series(const Json& json) {
  const std::string& kind = member(json, "kind", Json::Kind::string).string;
  const auto known = std::find(std::begin(kKinds), std::end(kKinds), kind);
  check(known != std::end(kKinds), [&] { return "there is no kind of series called " + kind; });
  Series series{.kind = static_cast<Kind>(known - std::begin(kKinds)),
                .label = member(json, "label", Json::Kind::string).string,
                .x = read_coordinates(json, "x"),
                .y = read_coordinates(json, "y")};
  if (series.kind == Kind::band) series.high = read_coordinates(json, "high");
  check(series.x.size() == series.y.size() &&
            (series.kind != Kind::band || series.high.size() == series.x.size()),
        "a series has not as many y as x");
  return series;
}

void append(std::string& list, std::string_view item) {
  if (!list.empty()) list += ',';
  list += item;
}

}  // namespace

FigureRecorder::FigureRecorder(demos::Run& run) : run_(run), at_start_(look()) {}

FigureRecorder::Sight FigureRecorder::look() const {
  Figures figures(run_);
  figures.draw();
  return {figures.plots(), figures.nodes(), run_.demo().readouts()};
}

std::vector<FigureRecorder::Sight> FigureRecorder::look_elsewhere() {
  std::vector<Sight> sights;
  const std::vector<double> values(run_.values().begin(), run_.values().end());
  for (std::size_t i = 0; i < values.size(); i++) {
    const demos::Parameter& parameter = run_.demo().parameters()[i];
    if (!parameter.view) continue;
    for (const double end : {parameter.min, parameter.max}) {
      run_.set(parameter.name, end);
      sights.push_back(look());
    }
    run_.set(parameter.name, values[i]);
  }
  return sights;
}

void FigureRecorder::write(JsonWriter& out) {
  const Sight here = look();
  const std::vector<Sight> elsewhere = look_elsewhere();
  const auto everywhere = [&](auto same) {
    return std::all_of(elsewhere.begin(), elsewhere.end(), same);
  };
  out.key("figures").begin_array();
  for (const ui::Node& node : here.nodes)
    if (node.role == ui::Role::figure) write_figure(out, node);
  out.end_array().key("plots").begin_array();
  for (const PlotData& plot : here.plots) {
    out.begin_object().member("id", plot.id).member("bits", bits_of(plot));
    out.key("series").begin_array();
    for (std::size_t i = 0; i < plot.series.size(); i++) {
      const Series& series = plot.series[i];
      const auto seen = [&](const Sight& sight) { return has(sight.plots, plot.id, i, series); };
      if (worth_showing(series) && !seen(at_start_)) write_series(out, series, !everywhere(seen));
    }
    out.end_array().end_object();
  }
  out.end_array().key("looks").begin_array();
  for (std::size_t i = 0; i < here.readouts.size(); i++)
    if (!everywhere([&](const Sight& sight) {
          return same_number(sight.readouts[i].value, here.readouts[i].value);
        }))
      out.value(here.readouts[i].name);
  out.end_array();
}

// --- Comparing -----------------------------------------------------------------------------------

Recordings::State Recordings::split(std::string_view state, const demos::Demo& demo) {
  State parts;
  while (!state.empty()) {
    const std::string_view item = state.substr(0, state.find(','));
    state.remove_prefix(std::min(item.size() + 1, state.size()));
    const std::string_view name = item.substr(0, item.find(':'));
    const auto parameters = demo.parameters();
    const auto declared =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const demos::Parameter& parameter) { return name == parameter.name; });
    if (name == "step")
      parts.steps = std::strtoll(std::string(item.substr(name.size() + 1)).c_str(), nullptr, 10);
    else
      append(declared != parameters.end() && declared->view ? parts.look : parts.run, item);
  }
  return parts;
}

Recordings::Recording Recordings::read(const Json& json, const demos::Demo& demo) {
  Recording recording;
  recording.state = split(member(json, "state", Json::Kind::string).string, demo);
  recording.complete = member(json, "complete", Json::Kind::boolean).boolean;
  const Json& readouts = member(json, "readouts", Json::Kind::object);
  for (std::size_t i = 0; i < readouts.items.size(); i++)
    recording.readouts.emplace_back(readouts.names[i], number(readouts.items[i]));
  for (const Json& plot : member(json, "plots", Json::Kind::array).items) {
    const std::string& id = member(plot, "id", Json::Kind::string).string;
    recording.bits.emplace_back(id, member(plot, "bits", Json::Kind::string).string);
    recording.plots.push_back({id, {}});
    recording.plots_anyhow.push_back({id, {}});
    for (const Json& series : member(plot, "series", Json::Kind::array).items) {
      recording.plots.back().series.push_back(read_series(series));
      if (!series.find("look")) recording.plots_anyhow.back().series.push_back(read_series(series));
    }
  }
  for (const Json& readout : member(json, "looks", Json::Kind::array).items)
    recording.looks.push_back(readout.string);
  return recording;
}

void Recordings::load(std::string_view json, const demos::Run& run) {
  try {
    const Json all = quiz::parse_json(json, kMostBytes);
    const std::string& demo = member(all, "demo", Json::Kind::string).string;
    check(demo == run.entry().name, [&] { return "they are of the demo " + demo; });
    std::vector<Recording> recordings;
    for (const Json& one : member(all, "runs", Json::Kind::array).items)
      recordings.push_back(read(one, run.demo()));
    recordings_ = std::move(recordings);
    expected_ = true;
    seen_ = nullptr;
  } catch (const Error& error) {
    fail("The recorded runs of " + std::string(run.entry().name) +
         " cannot be used: " + error.what() + ".");
  }
}

const Recordings::Recording* Recordings::find(const demos::Run& run) const {
  const State state = split(run.state(), run.demo());
  // One that stops right here, before one of the whole run, before one that stops further on.
  const auto rank = [&](const Recording& recording) {
    const bool here = recording.state.steps == state.steps;
    return std::tuple(here, recording.complete, recording.state.look == state.look);
  };
  const Recording* found = nullptr;
  for (const Recording& recording : recordings_) {
    if (recording.state.run != state.run) continue;
    if (!recording.complete && recording.state.steps < state.steps) continue;  // it is past
    if (!found || rank(recording) > rank(*found)) found = &recording;
  }
  return found;
}

bool Recordings::same_look(const Recording& recording, const demos::Run& run) {
  return recording.state.look == split(run.state(), run.demo()).look;
}

bool Recordings::left_out(const Recording& recording, const std::string& readout, bool same_look) {
  return !same_look && std::count(recording.looks.begin(), recording.looks.end(), readout) > 0;
}

Recordings::Verdict Recordings::verdict(const demos::Run& run) const {
  const Recording* recording = find(run);
  if (!recording) return Verdict::none;
  const bool there = run.steps() == recording->state.steps;
  if (!there && run.steps() < recording->state.steps && !run.complete()) return Verdict::ahead;
  if (!there || run.complete() != recording->complete) return Verdict::different;
  const std::vector<demos::Readout> readouts = run.demo().readouts();
  if (readouts.size() != recording->readouts.size()) return Verdict::different;
  const bool look = same_look(*recording, run);
  bool compared = look;
  for (std::size_t i = 0; i < readouts.size(); i++) {
    const auto& [name, value] = recording->readouts[i];
    if (name != readouts[i].name) return Verdict::different;
    if (left_out(*recording, name, look)) continue;
    if (!same_number(readouts[i].value, value)) return Verdict::different;
    compared = true;
  }
  if (!compared) return Verdict::none;
  if (seen_ != recording) return Verdict::ahead;  // its plots have not been drawn yet
  return seen_same_ ? Verdict::same : Verdict::different;
}

const char* Recordings::name(Verdict verdict) {
  constexpr const char* names[] = {"none", "ahead", "same", "different"};
  return names[static_cast<int>(verdict)];
}

std::string Recordings::sentence(const demos::Run& run) const {
  switch (verdict(run)) {
    case Verdict::ahead:
      return "Faint, and after the arrows: the end of this run, computed when this page was built.";
    case Verdict::same:
      return "Same numbers, to the last bit, as when this page was built.";
    case Verdict::different:
      return "These are not the numbers of when this page was built: its files are of different "
             "versions, or this browser computes differently.";
    case Verdict::none:
      break;
  }
  return "";
}

std::vector<double> Recordings::ahead(const demos::Run& run) const {
  const std::vector<demos::Readout> readouts = run.demo().readouts();
  std::vector<double> values(readouts.size(), kUnknown);
  if (verdict(run) != Verdict::ahead) return values;
  const Recording* recording = find(run);
  const bool look = same_look(*recording, run);
  for (const auto& [name, value] : recording->readouts)
    for (std::size_t i = 0; i < readouts.size(); i++)
      if (name == readouts[i].name && !left_out(*recording, name, look)) values[i] = value;
  return values;
}

void Recordings::lay_under(ui::Ui& ui, const demos::Run& run) const {
  const Verdict now = verdict(run);
  if (now != Verdict::ahead && now != Verdict::different) return;
  const Recording* recording = find(run);
  ui.set_underlays(same_look(*recording, run) ? recording->plots : recording->plots_anyhow);
}

void Recordings::look_at(const ui::Ui& ui, const demos::Run& run) {
  const Recording* recording = find(run);
  if (!recording || run.steps() != recording->state.steps) return;
  seen_ = recording;
  seen_same_ = true;
  if (!same_look(*recording, run)) return;
  for (const auto& [id, bits] : recording->bits) {
    const PlotData* plot = find_plot(ui.plots(), id);
    seen_same_ = seen_same_ && plot && bits_of(*plot) == bits;
  }
}

}  // namespace grad::app
