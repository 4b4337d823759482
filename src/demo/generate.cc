// Plan, sort by arrival, write.
#include <algorithm>
#include <optional>

#include "demo/demo.h"
#include "demo/planner.h"
#include "demo/reference.h"
#include "demo/who.h"
#include "demo/writer.h"

namespace viaggio::demo {

namespace {
constexpr std::size_t kBatch = 2000;
}

Status generate(const Options& asked, const Sink& sink, Reference& tables, Truth* truth) {
  Options options = asked;
  if (options.customers < 100 || options.customers > 5'000'000) {
    return invalid("customers", "the demo has 100 to 5,000,000 customers");
  }
  if (options.days < 60 || options.days > 3650)
    return invalid("days", "the demo has 60 to 3,650 days");
  if (options.until == 0) options.until = now_micros();
  Story story(options);
  Planner(story).everything();
  std::stable_sort(
      story.happenings.begin(), story.happenings.end(),
      [](const Happening& a, const Happening& b) { return a.arrival() < b.arrival(); });
  Writer writer(story, "d" + std::to_string(options.seed) + "-");
  std::optional<Who> who;
  if (truth != nullptr) who.emplace(story);
  std::vector<Message> batch;
  for (std::size_t i = 0; i < story.happenings.size(); ++i) {
    const Happening& happening = story.happenings[i];
    Message& message = batch.emplace_back();
    message.json.reserve(640);
    message.source = writer.write(happening, message.json);
    if (who) who->note(happening);
    if (batch.size() == kBatch || i + 1 == story.happenings.size()) {
      if (Status done = sink(std::move(batch)); !done) return done;
      batch.clear();
      batch.reserve(kBatch);
    }
  }
  story.planted.events = story.happenings.size();
  fill_reference(story, tables);
  if (truth != nullptr) {
    who->finish(story.planted, truth->people);
    truth->planted = story.planted;
  }
  return {};
}

}  // namespace viaggio::demo
