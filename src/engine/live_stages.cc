// Live events with the stage each of them left its customer in, under the default stage model.
#include <algorithm>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "journey/stages/fold.h"

namespace viaggio::engine {

namespace {

// What waits to be told and how many customers are looked up at a time: nobody watches more dots.
constexpr std::size_t kMostWaiting = 2'000;
constexpr std::size_t kMostFolded = 100;

// The stages that some events of one customer count in; those outside every stage are left out.
class StageFinder {
 public:
  static std::optional<StageFinder> make(const journey::StageModel& model, const Scene& scene) {
    auto compiled = journey::CompiledModel::compile(model, scene.context);
    if (!compiled) return std::nullopt;
    return StageFinder(std::move(*compiled), scene.context);
  }

  void find(CustomerId customer, const std::vector<Sequence>& wanted,
            std::map<Sequence, std::string>& stages) const {
    context_->snapshot->visit_customer(
        customer, [&](const timeline::CodeSpace& codes, const auto& run) {
          journey::Folder folder(*model_);
          folder.prepare(codes);
          folder.fold(run, context_->now + 1, journey::StayEvents::each);
          for (std::uint32_t i = 0; i < run.size; ++i) {
            if (folder.stay_of[i] == journey::kNoStay) continue;
            const Sequence s = run.sequence(i);
            if (std::find(wanted.begin(), wanted.end(), s) == wanted.end()) continue;
            const auto& stay = folder.stays[static_cast<std::size_t>(folder.stay_of[i])];
            stages[s] = model_->model().stages[stay.stage].id;
          }
        });
  }

 private:
  StageFinder(std::shared_ptr<const journey::CompiledModel> model, const select::Context& context)
      : model_(std::move(model)), context_(&context) {}
  std::shared_ptr<const journey::CompiledModel> model_;
  const select::Context* context_;
};

}  // namespace

// Called under the world's lock: only puts aside.
void Engine::note_arrivals(std::vector<Arrival> arrived) {
  const std::lock_guard lock(arrivals_mutex_);
  for (Arrival& a : arrived) {
    if (arrivals_.size() < kMostWaiting) arrivals_.push_back(std::move(a));
  }
}

void Engine::tell_arrivals() {
  std::vector<Arrival> arrived;
  {
    const std::lock_guard lock(arrivals_mutex_);
    arrived.swap(arrivals_);
  }
  if (arrived.empty()) return;
  std::map<CustomerId, std::vector<Sequence>> wanted;
  for (const Arrival& a : arrived) {
    if (a.customer == kNoCustomer) continue;
    if (wanted.size() < kMostFolded || wanted.contains(a.customer))
      wanted[a.customer].push_back(a.sequence);
  }
  std::map<Sequence, std::string> stages;
  const auto model = stage_model("", {});
  const auto made = scene(Common{});
  if (model && made) {
    if (const auto finder = StageFinder::make(*model, *made)) {
      for (const auto& [customer, sequences] : wanted) finder->find(customer, sequences, stages);
    }
  }
  for (Arrival& a : arrived) {
    const auto at = stages.find(a.sequence);
    live_.publish("event", a.told + ",\"stage\":" +
                               (at == stages.end() ? "null" : json_text(at->second)) + "}");
  }
}

}  // namespace viaggio::engine
