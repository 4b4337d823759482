// docs/semantics/stages.md: the fold, being lost, recency, stays and loops.
#include <algorithm>
#include <limits>

#include "questions.h"

namespace viaggio::reference {
namespace {

constexpr Micros kNever = std::numeric_limits<Micros>::min() / 4;

// One subject at a time; a journey model starts over when a journey ends.
class Folder {
 public:
  Folder(const Fields& fields, const Model& model, Micros end, Fold& out)
      : fields_(fields), model_(model), end_(end), out_(out) {}

  void run(const std::string& customer, const std::vector<const Event*>& events) {
    customer_ = customer;
    begin_subject();
    for (const Event* e : events) {
      if (e->time >= end_) break;
      pass_time(e->time);
      take(*e);
    }
    pass_time(end_ - 1);
  }

 private:
  void begin_subject() {
    out_.subjects.push_back({customer_, {}, {}});
    stage_ = kNowhere;
    open_ = false;
    counts_.clear();
    after_.clear();
    held_at_.assign(model_.stages.size(), kNever);
  }
  Micros patience(int s) const { return model_.stages[static_cast<std::size_t>(s)].patience; }
  Stay& stay() { return out_.stays.back(); }

  void enter(int s, Micros t, int from) {
    Stay next;
    next.subject = static_cast<int>(out_.subjects.size()) - 1;
    next.customer = customer_;
    next.stage = s;
    next.start = t;
    next.last = t;
    next.entered_from = from;
    out_.stays.push_back(next);
    stage_ = s;
    open_ = true;
    dipped_ = false;
    hold_time_ = t;
  }
  void leave(Micros t, End how, int to) {
    stay().how = how;
    stay().end = t;
    stay().to = to;
    open_ = false;
  }
  void move(int s, Micros t) {
    const int from = stage_;
    leave(t, s > from ? End::forward : End::back, s);
    enter(s, t, from);
  }
  void lose(Micros t) {
    leave(t, End::lost, kNowhere);
    if (model_.journey) begin_subject();
  }
  int alive(Micros t, int below) const {
    for (int s = below - 1; s >= 0; --s) {
      if (t <= held_at_[static_cast<std::size_t>(s)] + patience(s)) return s;
    }
    return kNowhere;
  }

  // What silence does up to and including the instant t.
  void pass_time(Micros t) {
    while (open_) {
      const Micros base =
          model_.mode == Mode::recency ? held_at_[static_cast<std::size_t>(stage_)] : last_;
      const Micros x = base + patience(stage_) + 1;
      if (x > t) return;
      const int next = model_.mode == Mode::recency ? alive(x, stage_) : kNowhere;
      if (next == kNowhere) {
        lose(x);
        return;
      }
      move(next, x);
      hold_time_ = held_at_[static_cast<std::size_t>(next)];
    }
  }

  void take(const Event& e) {
    out_.subjects.back().events.push_back(&e);
    bool qualifying = false;
    std::vector<int> held, held_return;
    for (std::size_t s = 0; s < model_.stages.size(); ++s) {
      for (std::size_t r = 0; r < model_.stages[s].rules.size(); ++r) {
        const Rule& rule = model_.stages[s].rules[r];
        const auto key = std::make_pair(s, r);
        if (matches(fields_, e, rule.event)) {
          qualifying = true;
          if (!rule.has_after || after_[key]) {
            if (++counts_[key] >= rule.min) {
              held.push_back(static_cast<int>(s));
              if (rule.return_signal) held_return.push_back(static_cast<int>(s));
            }
          }
        }
        if (rule.has_after && matches(fields_, e, rule.after)) after_[key] = true;
      }
    }
    for (int s : held) held_at_[static_cast<std::size_t>(s)] = e.time;
    const int next = target(e, held, held_return);
    if (!open_) {
      // A relationship that was lost resumes with a qualifying event only.
      const bool may = stage_ == kNowhere || model_.mode == Mode::recency || qualifying;
      if (may && next != kNowhere) enter(next, e.time, kNowhere);
    } else if (next != stage_) {
      move(next, e.time);
    } else if (std::count(held.begin(), held.end(), stage_) != 0) {
      if (dipped_) stay().loops.push_back({e.time, e.time - hold_time_});
      dipped_ = false;
      hold_time_ = e.time;
    } else if (!held.empty()) {
      dipped_ = true;
    }
    if (qualifying) last_ = e.time;
    if (!open_) return;
    stay().events.push_back(&e);
    out_.subjects.back().journey.push_back(&e);
    out_.stage[&e] = stage_;
    if (model_.journey && model_.has_closes && matches(fields_, e, model_.closes)) {
      leave(e.time, End::forward, kClosed);
      begin_subject();
    }
  }

  int target(const Event& e, const std::vector<int>& held,
             const std::vector<int>& held_return) const {
    const int latest = held.empty() ? kNowhere : *std::max_element(held.begin(), held.end());
    if (model_.mode == Mode::recency) {
      return alive(e.time, static_cast<int>(model_.stages.size()));
    }
    if (stage_ == kNowhere || latest > stage_) return latest;
    if (model_.mode == Mode::forward) return stage_;
    if (std::count(held.begin(), held.end(), stage_) != 0 || held_return.empty()) return stage_;
    return *std::max_element(held_return.begin(), held_return.end());
  }

  const Fields& fields_;
  const Model& model_;
  Micros end_;
  Fold& out_;
  std::string customer_;
  int stage_ = kNowhere;  // where it is, or was when it was lost
  bool open_ = false;     // a stay is open
  bool dipped_ = false;
  Micros last_ = 0, hold_time_ = 0;
  std::vector<Micros> held_at_;
  std::map<std::pair<std::size_t, std::size_t>, int> counts_;
  std::map<std::pair<std::size_t, std::size_t>, bool> after_;
};

}  // namespace

Fold fold(const Fields& fields, const Snapshot& snapshot, const Model& model, Micros end) {
  Fold out;
  for (const auto& [name, customer] : snapshot.customers) {
    std::map<std::string, std::vector<const Event*>> groups;
    for (const Event* e : customer.events) {
      if (!model.journey || model.key.empty()) {
        groups[""].push_back(e);
      } else if (const auto value = single_value(fields, *e, model.key)) {
        groups[*value].push_back(e);
      }
    }
    for (const auto& [value, events] : groups) Folder(fields, model, end, out).run(name, events);
  }
  return out;
}

Result<Model> read_model(const std::string& id, const json& definition) {
  Model model;
  model.id = id;
  model.journey = definition.value("subject", "relationship") == "journey";
  model.key = definition.value("key", "");
  if (definition.contains("closes")) {
    auto closes = read_selector(definition["closes"], "closes");
    if (!closes) return tl::unexpected(closes.error());
    model.has_closes = true;
    model.closes = *closes;
  }
  const std::string mode = definition.value("mode", "free");
  model.mode = mode == "forward" ? Mode::forward : mode == "recency" ? Mode::recency : Mode::free;
  model.window = parse_duration(definition.value("window", "30d")).value();
  for (const json& s : definition.at("stages")) {
    Stage stage;
    stage.id = s.at("id");
    stage.label = s.value("label", json(stage.id));
    stage.patience = s.contains("dormancy")
                         ? parse_duration(s["dormancy"].get<std::string>()).value()
                         : model.window;
    if (s.contains("target")) stage.target = s["target"].get<double>();
    for (const json& r : s.value("rules", json::array())) {
      Rule rule;
      auto event = read_selector(r.at("event"), "event");
      if (!event) return tl::unexpected(event.error());
      rule.event = *event;
      rule.min = r.value("min", 1);
      rule.return_signal = r.value("return_signal", s.value("return_signal", false));
      if (r.contains("after")) {
        auto after = read_selector(r["after"], "after");
        if (!after) return tl::unexpected(after.error());
        rule.has_after = true;
        rule.after = *after;
      }
      stage.rules.push_back(rule);
    }
    model.stages.push_back(stage);
  }
  return model;
}

void stamp_stages(Snapshot& snapshot, Fields& fields, const std::map<std::string, json>& models) {
  for (const auto& [id, definition] : models) {
    const auto model = read_model(id, definition);
    if (!model) continue;
    for (const Stage& s : model->stages) fields.stage_ids[id].push_back(s.id);
    const Fold folded = fold(fields, snapshot, *model, snapshot.clock + 1);
    for (Event& e : snapshot.events) {
      const auto at = folded.stage.find(&e);
      if (at != folded.stage.end()) e.stage[id] = at->second;
    }
  }
}

}  // namespace viaggio::reference
