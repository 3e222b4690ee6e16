#include "ui/quiz_view.h"

#include <string>
#include <vector>

#include "app/open_runs.h"
#include "app/view.h"
#include "quiz/actions.h"
#include "quiz/quiz.h"
#include "tensor/check.h"

namespace grad::app {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

/// Those asked for, without what the bank left out.
std::vector<std::string> questions(const quiz::Bank& bank, std::string_view ids) {
  if (ids.empty()) return bank.quick_check;
  std::vector<std::string> asked = split(ids);
  if (!bank.left_out.empty())
    std::erase_if(asked, [&](const std::string& id) { return bank.find(id) == nullptr; });
  return asked;
}

class QuizView final : public View {
 public:
  QuizView(const quiz::Bank& bank, std::span<const std::string> ids, std::uint64_t seed)
      : quiz_(bank, ids, seed) {}

  bool running() const override { return false; }
  void advance() override {}
  std::string state() const override { return quiz_.save(); }
  std::string restore(std::string_view state) override {
    try {
      quiz_.restore(state);
    } catch (const Error& error) {
      return error.what();
    }
    changed();
    return "";
  }
  std::string model() const override { return quiz_.view_model(); }
  std::string take_run_request() override { return std::exchange(run_request_, ""); }

  void quiz_action(std::string_view action, int item, int option, std::string_view text) override {
    const quiz::Action what = quiz::action_of(action);
    if (what == quiz::Action::check)
      check(item);
    else
      quiz::act(quiz_, what, item, option, text);
    changed();
  }

 private:
  /// A task is graded by what its demo now shows.
  void check(int item) {
    if (item < 0 || item >= quiz_.size()) return;
    const quiz::Question& question = *quiz_.item(item).question;
    if (question.type == quiz::Type::task) quiz_.enter(item, report_of(question.run.demo));
    quiz_.check(item);
  }

  void content(ui::Ui& ui) override {
    const std::uint64_t before = quiz_.revision();
    const ui::QuizRequest asked = ui::draw_quiz(ui, quiz_);
    if (asked.kind == ui::QuizRequest::Kind::run)
      run_request_ = quiz_.item(asked.item).question->id;
    if (asked.kind == ui::QuizRequest::Kind::check) check(asked.item);
    if (quiz_.revision() != before) changed();
  }

  quiz::Quiz quiz_;
  std::string run_request_;
};

}  // namespace

std::unique_ptr<View> make_quiz_view(std::string_view bank_json, std::string_view ids,
                                     std::uint64_t seed) {
  const quiz::Bank bank = quiz::load_bank(bank_json);
  const std::vector<std::string> chosen = questions(bank, ids);
  return std::make_unique<QuizView>(bank, chosen, seed);
}

}  // namespace grad::app
