#include "journey/stages/fold.h"

#include <bit>
#include <map>

namespace viaggio::journey {

using select::Answer;
using select::EventFilter;

namespace {
constexpr int kMostDoubts = 6;  // rules of one kind of event whose filters must be asked
}

Result<std::shared_ptr<const CompiledModel>> CompiledModel::compile(
    const StageModel& model, const select::Context& context) {
  auto out = std::make_shared<CompiledModel>();
  out->model_ = model;
  out->by_kind_.resize(context.classes->kinds.size());
  auto note = [&](const EventFilter& filter, std::uint64_t bit, std::uint64_t RuleBits::*yes,
                  std::uint64_t RuleBits::*maybe) {
    for (KindId k = 0; k < out->by_kind_.size(); ++k) {
      const Answer a = filter.by_kind()[k];
      if (a == Answer::yes) out->by_kind_[k].*yes |= bit;
      if (a == Answer::maybe) out->by_kind_[k].*maybe |= bit;
    }
  };
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    for (const StageRule& rule : model.stages[s].rules) {
      const std::uint64_t bit = std::uint64_t{1} << out->min_.size();
      auto event = EventFilter::compile(rule.event, context);
      if (!event) return tl::unexpected(event.error());
      note(*event, bit, &RuleBits::event_yes, &RuleBits::event_maybe);
      out->event_.push_back(std::move(*event));
      out->has_after_.push_back(rule.after ? 1 : 0);
      if (rule.after) {
        auto after = EventFilter::compile(*rule.after, context);
        if (!after) return tl::unexpected(after.error());
        note(*after, bit, &RuleBits::after_yes, &RuleBits::after_maybe);
        out->after_.push_back(std::move(*after));
      } else {
        out->after_.emplace_back();
        out->rules_without_after_ |= bit;
      }
      if (rule.return_signal) out->return_rules_ |= bit;
      if (rule.after || rule.min > 1) out->counted_rules_ |= bit;
      out->stage_bit_.push_back(std::uint32_t{1} << s);
      out->min_.push_back(rule.min);
    }
  }
  for (RuleBits& bits : out->by_kind_) {
    bits.counted = bits.event_yes & out->counted_rules_;
    const std::uint64_t rest = bits.event_yes & ~out->counted_rules_;
    bits.at_once = out->stages_of(rest);
    bits.back_at_once = out->stages_of(rest & out->return_rules_);
  }
  for (std::size_t s = 0; s < model.stages.size(); ++s) out->patience_.push_back(model.patience(s));
  if (model.closes) {
    auto closes = EventFilter::compile(*model.closes, context);
    if (!closes) return tl::unexpected(closes.error());
    for (KindId k = 0; k < out->by_kind_.size(); ++k)
      out->by_kind_[k].closes = static_cast<std::uint8_t>(closes->by_kind()[k]);
    out->closes_ = std::make_unique<EventFilter>(std::move(*closes));
  }
  if (!model.key.empty() && model.subject == StageSubject::journey) {
    auto key = select::Field::resolve(model.key, "key", context);
    if (!key) return tl::unexpected(key.error());
    out->key_ = std::make_unique<select::Field>(std::move(*key));
  }
  if (out->plain()) out->make_machine();
  return std::shared_ptr<const CompiledModel>(std::move(out));
}

bool CompiledModel::plain() const {
  if (model_.subject != StageSubject::relationship || model_.mode == StageMode::recency ||
      std::popcount(counted_rules_) > 8)
    return false;
  for (std::uint64_t left = counted_rules_; left != 0; left &= left - 1) {
    if (min_[static_cast<std::size_t>(std::countr_zero(left))] > 2) return false;
  }
  for (const RuleBits& bits : by_kind_) {
    if (std::popcount(bits.event_maybe) + std::popcount(bits.after_maybe) > kMostDoubts)
      return false;
  }
  return true;
}

CountedRules CompiledModel::counted_machine_rules() const {
  CountedRules few;
  std::uint64_t left = counted_rules_;
  for (unsigned place = 0; left != 0; left &= left - 1, ++place) {
    const std::uint64_t bit = left & (~left + 1);
    const auto mine = static_cast<std::uint8_t>(1u << place);
    if ((rules_without_after_ & bit) != 0) few.free |= mine;
    (min_[static_cast<std::size_t>(std::countr_zero(bit))] > 1 ? few.twice : few.first) |= mine;
    for (unsigned set = 0; set < 256; ++set) {
      if ((set & mine) == 0) continue;
      few.stages[set] |= stages_of(bit);
      few.back[set] |= stages_of(bit & return_rules_);
    }
  }
  return few;
}

void CompiledModel::make_machine() {
  std::map<Effect, std::uint16_t> numbers;
  std::vector<Effect> all;
  const auto number = [&](const Effect& e) {
    const auto [at, fresh] = numbers.try_emplace(e, static_cast<std::uint16_t>(all.size()));
    if (fresh) all.push_back(e);
    return at->second;
  };
  for (KindId k = 0; k < by_kind_.size(); ++k) {
    const RuleBits& bits = by_kind_[k];
    if (!bits.unsure()) {
      effects_.push_back(number(effect_of(bits.event_yes, bits.after_yes)));
      continue;
    }
    effects_.push_back(kAsk);
    const int doubts = std::popcount(bits.event_maybe) + std::popcount(bits.after_maybe);
    unsure_.resize(by_kind_.size());
    auto& list = unsure_[k];
    for (std::uint32_t met = 0; met < std::uint32_t{1} << doubts; ++met) {
      std::uint64_t event = bits.event_yes, after = bits.after_yes;
      std::uint32_t left = met;
      for (auto [maybe, into] :
           {std::pair(bits.event_maybe, &event), std::pair(bits.after_maybe, &after)}) {
        for (; maybe != 0; maybe &= maybe - 1, left >>= 1)
          *into |= (left & 1) != 0 ? maybe & (~maybe + 1) : 0;
      }
      list.push_back(number(effect_of(event, after)));
    }
  }
  if (all.empty() || all.size() >= kAsk) return;
  machine_ = StageMachine::build(all, counted_machine_rules(), model_.mode == StageMode::free);
}

std::uint16_t CompiledModel::effect(KindId kind, std::uint64_t event_rules,
                                    std::uint64_t after_rules) const {
  const RuleBits& bits = by_kind_[kind];
  std::uint32_t met = 0, place = 0;
  for (const auto& [maybe, rules] :
       {std::pair(bits.event_maybe, event_rules), std::pair(bits.after_maybe, after_rules)}) {
    for (std::uint64_t left = maybe; left != 0; left &= left - 1, ++place)
      met |= static_cast<std::uint32_t>(rules >> std::countr_zero(left) & 1) << place;
  }
  return unsure_[kind][met];
}

Effect CompiledModel::effect_of(std::uint64_t event_rules, std::uint64_t after_rules) const {
  const auto packed = [&](std::uint64_t rules) {
    unsigned out = 0, place = 0;
    for (std::uint64_t left = counted_rules_; left != 0; left &= left - 1, ++place)
      out |= (rules >> std::countr_zero(left) & 1) != 0 ? 1u << place : 0u;
    return static_cast<std::uint8_t>(out);
  };
  Effect e;
  const std::uint64_t at_once = event_rules & ~counted_rules_;
  e.stages = stages_of(at_once);
  e.back = stages_of(at_once & return_rules_);
  e.counted = packed(event_rules);
  e.after = packed(after_rules);
  e.qualifies = event_rules != 0;
  return e;
}

void Folder::prepare(const timeline::CodeSpace& codes) {
  codes_ = codes;
  bits_ = timeline::by_code(codes, model_->by_kind(), scratch_bits_);
  if (model_->machine() != nullptr)
    effects_ = timeline::by_code(codes, model_->effects(), scratch_effects_);
}

// Without parallel journeys a stay's events stand together.
void Folder::name_events(std::uint32_t size) {
  stay_of.assign(size, kNoStay);
  for (std::size_t k = 0; k < stays.size(); ++k) {
    if (!stays[k].has_event) continue;
    std::fill(stay_of.begin() + stays[k].first_event, stay_of.begin() + stays[k].last_event + 1,
              static_cast<std::int32_t>(k));
  }
}

CompiledModel::Hit CompiledModel::hit(const RuleBits& bits, KindId kind, KindId entry,
                                      Sequence sequence, CustomerId customer) const {
  Hit out{bits.event_yes, bits.after_yes, bits.closes == 1};
  auto check = [&](std::uint64_t left, const std::vector<EventFilter>& filters,
                   std::uint64_t& found) {
    for (; left != 0; left &= left - 1) {
      const int rule = std::countr_zero(left);
      if (filters[static_cast<std::size_t>(rule)].passes(kind, entry, sequence, customer))
        found |= std::uint64_t{1} << rule;
    }
  };
  check(bits.event_maybe, event_, out.event);
  check(bits.after_maybe, after_, out.after);
  if (bits.closes == 2) out.closes = closes_->passes(kind, entry, sequence, customer);
  return out;
}

std::uint32_t CompiledModel::stages_of(std::uint64_t rules) const {
  std::uint32_t out = 0;
  for (; rules != 0; rules &= rules - 1)
    out |= stage_bit_[static_cast<std::size_t>(std::countr_zero(rules))];
  return out;
}

void Folder::reset(State& s) const {
  s.stay = kNoStay;
  s.stage = -1;
  s.lost = false;
  s.last = 0;
  s.after_seen = 0;
  s.dip = false;
  s.last_hold = 0;
  if (model_->counted_rules() != 0) s.counts.assign(model_->rule_count(), 0);
  if (model_->model().mode == StageMode::recency)
    s.held_at.assign(model_->model().stages.size(), kNever);
}

void Folder::open(State& s, int stage, Micros t, bool from_nowhere, int from) {
  Stay stay;
  stay.start = t;
  stay.stage = static_cast<std::uint8_t>(stage);
  stay.from_nowhere = from_nowhere;
  stay.from = static_cast<std::uint8_t>(from < 0 ? 0 : from);
  stay.loops_from = stay.loops_to = static_cast<std::uint32_t>(loops.size());
  s.stay = static_cast<std::int32_t>(stays.size());
  stays.push_back(stay);
  s.stage = stage;
  s.lost = false;
  s.dip = false;
  s.last_hold = t;
}

void Folder::close(State& s, Micros t, Leave how, int to) {
  Stay& stay = stays[static_cast<std::size_t>(s.stay)];
  stay.end = t;
  stay.leave = how;
  stay.to = static_cast<std::uint8_t>(to < 0 ? 0 : to);
  s.stay = kNoStay;
}

int Folder::alive(const State& s, Micros t) const {
  for (int stage = static_cast<int>(s.held_at.size()) - 1; stage >= 0; --stage) {
    const Micros at = s.held_at[static_cast<std::size_t>(stage)];
    if (at != kNever && t <= at + model_->patience(static_cast<std::size_t>(stage))) return stage;
  }
  return -1;
}

void Folder::fall_until(State& s, Micros t, Micros end) {
  const StageModel& model = model_->model();
  const bool recency = model.mode == StageMode::recency;
  while (s.stay != kNoStay) {
    const auto c = static_cast<std::size_t>(s.stage);
    const Micros x = (recency ? s.held_at[c] : s.last) + model_->patience(c) + 1;
    if (x > t || x >= end) return;
    const int next = recency ? alive(s, x) : -1;
    if (next >= 0) {
      const int from = s.stage;
      close(s, x, Leave::back, next);
      open(s, next, x, false, from);
      continue;
    }
    close(s, x, Leave::lost, -1);
    s.lost = true;
    if (model.subject == StageSubject::journey) reset(s);
  }
}

void Folder::count_rules(State& s, std::uint64_t rules, Held& held) const {
  rules &= model_->rules_without_after() | s.after_seen;
  std::uint64_t now = 0;
  for (; rules != 0; rules &= rules - 1) {
    const auto rule = static_cast<unsigned>(std::countr_zero(rules));
    if (++s.counts[rule] >= model_->min_of(rule)) now |= std::uint64_t{1} << rule;
  }
  held.stages |= model_->stages_of(now);
  held.back |= model_->stages_of(now & model_->return_rules());
}

}  // namespace viaggio::journey
