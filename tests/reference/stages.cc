// docs/semantics/stages.md: what is counted of the fold.
#include <algorithm>
#include <set>

#include "counted_stays.h"

namespace viaggio::reference {

Result<CountedStays> count_stays(const Ask& ask, const std::string& model_id) {
  const auto definition = ask.models->find(model_id);
  if (definition == ask.models->end())
    return invalid("model", "there is no such stage model", "unknown_stage_model");
  auto model = read_model(model_id, definition->second);
  if (!model) return tl::unexpected(model.error());
  CountedStays out;
  out.model = *model;
  out.from = ask.from;
  out.end = ask.end;
  Fold folded = fold(ask.fields, *ask.snapshot, *model, ask.end);
  for (Stay& s : folded.stays) {
    const Customer& customer = ask.snapshot->customers.at(s.customer);
    if (!ask.in_audience(customer)) continue;
    if (!ask.common.where.empty()) {
      bool any = false;
      const Subject& subject = folded.subjects[static_cast<std::size_t>(s.subject)];
      for (const Event* e : model->journey ? subject.journey : subject.events)
        any = any || (ask.sees(*e) && ask.passes(*e));
      if (!any) continue;
    }
    out.all.push_back(std::move(s));
  }
  for (const Stay& s : out.all) {
    if (s.start < ask.end && (s.how == End::open || s.end >= ask.from)) out.stays.push_back(&s);
  }
  return out;
}

std::vector<Flow> flows_of(const CountedStays& counted) {
  std::map<std::tuple<int, int, int>, Flow> flows;  // (from, to, kind)
  std::map<std::tuple<int, int, int>, std::set<std::string>> customers;
  const auto add = [&](int from, int to, int kind, const std::string& customer,
                       std::optional<Micros> duration) {
    const auto key = std::make_tuple(from, to == kNowhere ? kClosed + 1 : to, kind);
    Flow& flow = flows[key];
    flow.from = from;
    flow.to = to;
    flow.kind = kind;
    ++flow.transitions;
    customers[key].insert(customer);
    flow.customers = static_cast<int>(customers[key].size());
    if (duration) flow.durations.push_back(*duration);
  };
  for (const Stay* s : counted.stays) {
    if (s->start >= counted.from && s->entered_from == kNowhere)
      add(kNowhere, s->stage, Flow::enter, s->customer, {});
    for (const Loop& loop : s->loops) {
      if (loop.time >= counted.from)
        add(s->stage, s->stage, Flow::loop, s->customer, loop.duration);
    }
    if (s->how == End::open) continue;
    if (s->how == End::lost)
      add(s->stage, kNowhere, Flow::lost, s->customer, {});
    else if (s->how == End::back)
      add(s->stage, s->to, Flow::back, s->customer, s->end - s->start);
    else
      add(s->stage, s->to, s->to != kClosed && s->to > s->stage + 1 ? Flow::skip : Flow::forward,
          s->customer, s->end - s->start);
  }
  std::vector<Flow> out;
  for (auto& [key, flow] : flows) out.push_back(std::move(flow));
  return out;
}

json place(const Model& model, int stage) {
  if (stage == kNowhere) return nullptr;
  if (stage == kClosed) return "closed";
  return model.stages[static_cast<std::size_t>(stage)].id;
}

Result<json> answer_stages(const Ask& ask, ObjectReader& question) {
  auto id = question.text("model");
  if (!id) return tl::unexpected(id.error());
  if (!*id) return invalid("model", "is missing");
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());
  auto counted = count_stays(ask, **id);
  if (!counted) return tl::unexpected(counted.error());
  const Model& model = counted->model;
  json stages = json::array();
  for (std::size_t i = 0; i < model.stages.size(); ++i) {
    int entered = 0, current = 0, exited = 0;
    std::vector<Micros> dwell;
    for (const Stay* s : counted->stays) {
      if (s->stage != static_cast<int>(i)) continue;
      entered += s->start >= ask.from;
      current += s->how == End::open;
      exited += s->how == End::lost;
      if (s->how == End::forward || s->how == End::back) dwell.push_back(s->end - s->start);
    }
    stages.push_back({{"id", model.stages[i].id},
                      {"entered", entered},
                      {"current", current},
                      {"exited", exited},
                      {"dwell_median_seconds", quantile_seconds(dwell, 5)},
                      {"dwell_p90_seconds", quantile_seconds(dwell, 9)}});
  }
  json transitions = json::array();
  std::set<std::string> everyone, non_linear;
  int skips = 0, forwards = 0, backs = 0, looped = 0;
  for (const Flow& f : flows_of(*counted)) {
    if (f.kind == Flow::loop) continue;
    if (f.kind == Flow::skip) skips += f.transitions;
    if (f.kind == Flow::skip || f.kind == Flow::forward) forwards += f.transitions;
    if (f.kind == Flow::back) backs += f.transitions;
    transitions.push_back({{"from", place(model, f.from)},
                           {"to", place(model, f.to)},
                           {"customers", f.customers},
                           {"transitions", f.transitions},
                           {"median_seconds", quantile_seconds(f.durations, 5)}});
  }
  for (const Stay* s : counted->stays) {
    everyone.insert(s->customer);
    if (s->how == End::back || (s->how == End::forward && s->to != kClosed && s->to > s->stage + 1))
      non_linear.insert(s->customer);
    looped += std::any_of(s->loops.begin(), s->loops.end(),
                          [&](const Loop& l) { return l.time >= ask.from; });
  }
  return json{{"stages", stages},
              {"transitions", transitions},
              {"skip_rate", share(skips, forwards)},
              {"regress_rate", share(backs, forwards + backs)},
              {"loop_rate", share(looped, static_cast<int>(counted->stays.size()))},
              {"non_linear_share",
               share(static_cast<int>(non_linear.size()), static_cast<int>(everyone.size()))}};
}

}  // namespace viaggio::reference
