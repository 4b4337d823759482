#include "engine/subscribers.h"

#include <algorithm>

#include "base/give_way.h"
#include "engine/engine.h"

namespace viaggio::engine {
namespace {
constexpr auto kPause = std::chrono::milliseconds(200);
// A round that handles few events costs almost what one that handles many does.
constexpr std::size_t kBatch = 20'000;
}  // namespace

Result<std::unique_ptr<Subscribers>> Subscribers::start(Engine& engine, bool thread) {
  std::unique_ptr<Subscribers> out(new Subscribers(engine));
  subscribe::Options options;
  options.folder = engine.folder() + "/subscribers";
  options.batch = kBatch;
  auto opened = subscribe::Subscriptions::open(*engine.world().log, options);
  if (!opened) return tl::unexpected(opened.error());
  out->subscriptions_ = std::move(*opened);
  out->live_ = std::make_shared<LiveCounters>(
      [&engine] { return Zone::find(engine.settings().timezone).value_or(Zone::utc()); });
  if (thread) {
    if (auto ok = out->activate(); !ok) return tl::unexpected(ok.error());
  }
  if (thread) out->thread_ = std::thread([s = out.get()] { s->run(); });
  return out;
}

Subscribers::~Subscribers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Subscribers::activate() {
  if (auto ok = live_->load(*subscriptions_, now_micros()); !ok) return ok;
  if (auto ok = subscriptions_->add(live_); !ok) return ok;
  return follow_model();
}

Status Subscribers::follow_model() {
  auto model = engine_.stage_model("", {});
  if (!model) return tl::unexpected(model.error());
  auto document = engine_.stage_model_document(model->id);
  if (!document) return tl::unexpected(document.error());
  auto stages = std::make_shared<StageEntries>(engine_, document->json);
  if (stages_ && stages_->rule() == stages->rule()) return {};
  if (!stages_) {
    if (auto ok = stages->load(*subscriptions_); !ok) return ok;
  }
  if (auto ok = subscriptions_->add(stages); !ok) return ok;
  const std::lock_guard lock(stages_mutex_);
  stages_ = std::move(stages);
  return {};
}

void Subscribers::run() {
  give_way();
  catalog::Revision revision = engine_.catalog().revision();
  std::unique_lock lock(mutex_);
  for (bool behind = false; !stopping_;) {
    if (!behind) wake_.wait_for(lock, kPause, [&] { return stopping_; });
    if (stopping_) return;
    lock.unlock();
    {
      const std::lock_guard one(stepping_);
      if (const auto now = engine_.catalog().revision(); now != revision && follow_model())
        revision = now;
      const auto stepped = subscriptions_->step(now_micros());
      const auto handled = subscriptions_->cursor(live_->name());
      behind = stepped && handled && engine_.world().log->next_sequence() > *handled + kBatch;
    }
    lock.lock();
  }
}

Status Subscribers::catch_up(Micros now) {
  const std::lock_guard one(stepping_);
  if (auto ok = stages_ ? follow_model() : activate(); !ok) return ok;
  for (;;) {
    const auto more = subscriptions_->step(now);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
  }
}

std::string Subscribers::counters(Micros now) const {
  const LiveCounters::Picture picture = live_->picture(now);
  std::string out = "\"per_minute\":[";
  for (const std::uint64_t n : picture.per_minute)
    out += (out.back() == '[' ? "" : ",") + std::to_string(n);
  out += "],\"today\":" + std::to_string(picture.today) + ",\"touchpoints\":[";
  if (const auto scene = engine_.scene(Common{})) {
    const classify::Classification& classes = *scene->context.classes;
    std::vector<std::uint64_t> counts(classes.touchpoints.size());
    const std::size_t kinds = std::min(picture.by_kind.size(), classes.touchpoint.size());
    for (std::size_t k = 0; k < kinds; ++k) counts[classes.touchpoint[k]] += picture.by_kind[k];
    for (std::size_t t = 0; t < counts.size(); ++t) {
      if (counts[t] == 0) continue;
      out += (out.back() == '[' ? "" : ",") + std::string("{\"id\":") +
             json_text(classes.touchpoints[t].id) + ",\"events\":" + std::to_string(counts[t]) +
             "}";
    }
  }
  out += "],\"stages\":[";
  std::shared_ptr<StageEntries> stages;
  {
    const std::lock_guard lock(stages_mutex_);
    stages = stages_;
  }
  if (!stages) return out + "]";
  for (const auto& [stage, entered] : stages->picture(now)) {
    out += (out.back() == '[' ? "" : ",") + std::string("{\"id\":") + json_text(stage) +
           ",\"entered\":" + std::to_string(entered) + "}";
  }
  return out + "]";
}

}  // namespace viaggio::engine
