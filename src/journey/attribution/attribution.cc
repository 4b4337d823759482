#include "journey/attribution/attribution.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include <nlohmann/json.hpp>

#include "journey/attribution/tally.h"
#include "select/event_bits.h"
#include "select/field_codes.h"
#include "select/groups.h"
#include "select/picked.h"
#include "select/sessions.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using select::Field;
using timeline::CodeSpace;

namespace {

// What happens to customers, or belongs to paying, led nobody anywhere.
constexpr const char* kNoTouches[] = {
    "Message Sent",       "Message Delivered", "Message Opened",      "Message Bounced",
    "Message Suppressed", "Call Placed",       "Offer Issued",        "Loyalty Card Scanned",
    "Points Spent",       "Points Earned",     "Conversation Closed", "Order Updated",
    "Order Refunded",     "Order Cancelled",   "Order Ready",         "Order Expired",
    "Order Delivered",    "Item Returned",     "Invoice Adjusted"};

constexpr double kNano = 1e9, kMostValue = 1e15;

struct Plan {
  const AttributionQuestion* question = nullptr;
  select::EventFilter conversion, where, touch_where;
  select::CustomerFilter audience;
  std::unique_ptr<Field> key, channel, value;
  select::Groups keys;
  std::vector<std::uint8_t> direct_of_code;       // of the field channel
  std::vector<std::uint8_t> converts, may_touch;  // by kind: 0 no, 1 yes, 2 ask
  bool only_converting = true;                    // journeys without conversion do not matter
  Micros from = 0, end = 0, now = 0, gap = 0;
};

class Worker {
 public:
  explicit Worker(const Plan& plan)
      : tally(*plan.question, static_cast<std::uint32_t>(plan.keys.size() - 1)),
        plan_(plan),
        sessions_(plan.gap),
        key_(*plan.key) {
    if (plan.channel) channel_ = std::make_unique<select::FieldCodes>(*plan.channel);
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    converts_ = timeline::by_code(codes, plan_.converts, scratch_converts_);
    may_touch_ = timeline::by_code(codes, plan_.may_touch, scratch_touch_);
    select::codes_with(converts_, codes.size, conversions_);
    may_convert_.assign(codes.size, 0);
    for (const std::uint32_t c : conversions_) may_convert_[c] = 1;
    const std::vector<std::uint64_t> converting(may_convert_.begin(), may_convert_.end());
    bits_.prepare(converting.data(), codes.size, 1);
    key_.prepare(codes);
    if (channel_) channel_->prepare(codes);
  }

  // Sealed customers. Where their sessions do not interleave, the bits that tell sessions apart say
  // which events begin one, and neither times nor devices are read for that.
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    const bool bits = plan_.question->every_event || s.block->session_gap() == plan_.gap;
    const auto one = [&](std::uint32_t c) {
      const auto run = s.block->template run<Code>(c);
      if (!bits || s.is_mixed(c)) return interleaved(run);
      const std::uint32_t first = s.offsets[c];
      walk(run, [&](std::uint32_t i) { return i == 0 || s.begins_session(first + i); });
    };
    if (plan_.only_converting && bits && !plan_.question->every_event &&
        !s.block->rare_places().all_rare(conversions_)) {
      bits_.stretches(s, [&](std::uint32_t c, std::uint32_t next) { stretch(s, c, next); });
    } else if (plan_.only_converting) {
      picked_.slice(s, may_convert_.data(), conversions_,
                    [&](std::uint32_t c, std::span<const std::uint32_t>) { one(c); });
    } else {
      s.each_live(one);
    }
  }

  template <class RunT>
  void customer(const RunT& run) {
    if (!plan_.only_converting || !picked_.run(run, may_convert_.data()).empty()) interleaved(run);
  }

  Tally tally;

 private:
  template <class RunT>
  void interleaved(const RunT& run) {
    sessions_.assign(run, run.size);
    walk(run, [&, begun = 0u](std::uint32_t i) mutable {
      if (sessions_.of[i] != begun) return false;
      ++begun;
      return true;
    });
  }
  // Customers [c, next), whose conversions are there as bits. What comes after the last of them is
  // not read.
  template <class Code>
  void stretch(const timeline::Slice<Code>& s, std::uint32_t c, std::uint32_t next) {
    const std::uint32_t from = s.offsets[c];
    for (; c < next; ++c) {
      const std::uint32_t first = s.offsets[c] - from, past = s.offsets[c + 1] - from;
      if (s.is_struck(c) || !bits_.any(0, first, past)) continue;
      const auto run = s.block->template run<Code>(c);
      if (s.is_mixed(c)) {
        interleaved(run);
        continue;
      }
      events(run, [&](std::uint32_t count, auto&& event) {
        std::uint32_t conversions = bits_.count(0, first, first + count);
        for (std::uint32_t at = 0; at < count && conversions != 0; at += 64) {
          const std::uint64_t converts = bits_.window(0, first + at);
          const std::uint64_t begins = s.breaks_from(s.offsets[c] + at);
          for (std::uint64_t left = converts | begins; left != 0; left &= left - 1) {
            const auto bit = static_cast<unsigned>(std::countr_zero(left));
            if (at + bit >= count) break;
            event(at + bit, (begins >> bit & 1) != 0);
            conversions -= static_cast<std::uint32_t>(converts >> bit & 1);
            if (conversions == 0) break;
          }
        }
      });
    }
  }
  // begins(i), asked of each event in turn: it is the first of a session.
  template <class RunT, class Begins>
  void walk(const RunT& run, Begins&& begins) {
    events(run, [&](std::uint32_t count, auto&& event) {
      for (std::uint32_t i = 0; i < count; ++i) event(i, begins(i));
    });
  }
  // each(count, event): calls event(i, begins) for those of the first `count` events of the run
  // that begin a session or may convert, in order.
  template <class RunT, class Each>
  void events(const RunT& run, Each&& each) {
    if (run.size == 0 || !plan_.audience.passes(run.customer)) return;
    std::uint32_t count = run.size;
    if (run.time[count - 1] > plan_.now)
      count = static_cast<std::uint32_t>(std::upper_bound(run.time, run.time + count, plan_.now) -
                                         run.time);
    touches_.clear();
    used_.clear();
    conversions_before_.clear();
    std::size_t oldest = 0;
    std::uint32_t conversions = 0;
    const bool every_event = plan_.question->every_event;
    each(count, [&](std::uint32_t i, bool begins) {
      if (is_conversion(run, i)) {
        if (!counts(run, i)) return;
        const Micros t = run.time[i];
        while (oldest < touches_.size() && t - touches_[oldest].time > plan_.question->lookback)
          ++oldest;
        tally.converted({touches_.data() + oldest, touches_.size() - oldest}, t, value_of(run, i),
                        run.customer);
        std::fill(used_.begin() + static_cast<std::ptrdiff_t>(oldest), used_.end(), 1);
        ++conversions;
      } else if (begins || every_event) {
        note_touch(run, i, conversions);
      }
    });
    if (!plan_.only_converting) leftover_journeys();
  }

  template <class RunT>
  bool is_conversion(const RunT& run, std::uint32_t i) const {
    const std::uint8_t c = converts_[run.kind[i]];
    return c == 1 || (c == 2 && plan_.conversion.passes(codes_, run, i));
  }
  template <class RunT>
  bool counts(const RunT& run, std::uint32_t i) const {
    return run.time[i] >= plan_.from && run.time[i] < plan_.end &&
           plan_.where.passes(codes_, run, i);
  }
  template <class RunT>
  void note_touch(const RunT& run, std::uint32_t i, std::uint32_t conversions) {
    const std::uint8_t may = may_touch_[run.kind[i]];
    if (may == 0 || (may == 2 && !plan_.touch_where.passes(codes_, run, i))) return;
    const std::uint32_t key = plan_.keys.of_code[key_.at(run, i)];
    if (key == 0) return;
    const std::uint8_t direct = channel_ ? plan_.direct_of_code[channel_->at(run, i)] : 0;
    touches_.push_back({run.time[i], key, direct});
    used_.push_back(0);
    conversions_before_.push_back(conversions);
  }
  template <class RunT>
  Wide value_of(const RunT& run, std::uint32_t i) const {
    if (!plan_.value) {
      const std::int64_t v = run.value(i);
      return v == kNoValue ? Wide{0} : Wide{v} * 100'000;
    }
    const select::Code code = plan_.value->code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]),
                                                run.sequence(i), run.customer);
    for (const Scalar& e : plan_.value->value(code)) {
      double v = 0;
      if (!as_number(e, v)) continue;
      v = std::clamp(v, -kMostValue, kMostValue);
      const double whole = std::nearbyint(v);
      return static_cast<Wide>(whole) * 1'000'000'000 +
             static_cast<Wide>(std::nearbyint((v - whole) * kNano));
    }
    return 0;
  }
  void leftover_journeys() {
    left_.clear();
    std::uint32_t conversions = 0;
    auto end = [&] {
      if (!left_.empty()) tally.not_converted(left_);
      left_.clear();
    };
    for (std::size_t k = 0; k < touches_.size(); ++k) {
      const Touch& t = touches_[k];
      if (used_[k] != 0 || t.time < plan_.from || t.time >= plan_.end) continue;
      if (!left_.empty() && (t.time - left_.back().time > plan_.question->lookback ||
                             conversions_before_[k] != conversions))
        end();
      conversions = conversions_before_[k];
      left_.push_back(t);
    }
    end();
  }

  const Plan& plan_;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_converts_, scratch_touch_;
  const std::uint8_t* converts_ = nullptr;
  const std::uint8_t* may_touch_ = nullptr;
  std::vector<std::uint8_t> may_convert_;  // by code, 0 or 1; and the codes that may
  std::vector<std::uint32_t> conversions_;
  select::Picked picked_;
  select::EventBits bits_;
  select::Sessions sessions_;
  select::FieldCodes key_;
  std::unique_ptr<select::FieldCodes> channel_;
  std::vector<Touch> touches_, left_;
  std::vector<std::uint8_t> used_;                 // by touch: it is in a path
  std::vector<std::uint32_t> conversions_before_;  // by touch
};

Result<std::unique_ptr<Field>> field(const std::string& name, const std::string& path,
                                     const select::Context& context) {
  auto found = Field::resolve(name, path, context);
  if (!found) return tl::unexpected(found.error());
  return std::make_unique<Field>(std::move(*found));
}

Status read_filters(Plan& plan, const AttributionQuestion& q, const select::Context& context) {
  auto conversion = select::EventFilter::compile(q.conversion, context);
  if (!conversion) return tl::unexpected(conversion.error());
  plan.conversion = std::move(*conversion);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto touch = select::EventFilter::compile(q.touch_where, context);
  if (!touch) return tl::unexpected(touch.error());
  plan.touch_where = std::move(*touch);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  const std::size_t kinds = context.classes->kinds.size();
  plan.converts.resize(kinds);
  plan.may_touch.resize(kinds);
  for (KindId k = 0; k < kinds; ++k) {
    plan.converts[k] = static_cast<std::uint8_t>(plan.conversion.by_kind()[k]);
    plan.may_touch[k] = static_cast<std::uint8_t>(plan.touch_where.by_kind()[k]);
    const std::string& name = context.classes->kinds[k]->name;
    if (!q.every_event &&
        std::find(std::begin(kNoTouches), std::end(kNoTouches), name) != std::end(kNoTouches))
      plan.may_touch[k] = 0;
  }
  return {};
}

Result<Plan> make_plan(const AttributionQuestion& q, const select::Context& context) {
  Plan plan;
  plan.question = &q;
  if (auto ok = read_filters(plan, q, context); !ok) return tl::unexpected(ok.error());
  auto key = field(q.key, "touch.key", context);
  if (!key) return tl::unexpected(key.error());
  plan.key = std::move(*key);
  plan.keys = select::Groups::of(*plan.key);
  if (q.asks(AttributionModel::last_non_direct)) {
    auto channel = field("channel", "touch.key", context);
    if (!channel) return tl::unexpected(channel.error());
    plan.channel = std::move(*channel);
    for (select::Code c = 0; c < plan.channel->size(); ++c)
      plan.direct_of_code.push_back(display(plan.channel->value(c)) == "direct" ? 1 : 0);
  }
  if (!q.value.empty() && q.value != "value") {
    auto value = field(q.value, "value", context);
    if (!value) return tl::unexpected(value.error());
    plan.value = std::move(*value);
  }
  plan.only_converting = !q.asks(AttributionModel::markov) && !q.asks(AttributionModel::shapley);
  plan.from = q.common.range.from;
  plan.now = context.now;
  plan.end = std::min(q.common.range.to, context.now + 1);
  plan.gap = context.session_gap;
  return plan;
}

Tally count(const Plan& plan, const select::Context& context) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(plan);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->customer(run);
      });
  Tally all(*plan.question, static_cast<std::uint32_t>(plan.keys.size() - 1));
  for (const auto& w : workers) {
    if (w) all.add(w->tally);
  }
  return all;
}

// A key's part of what has a path, for the models over all journeys. NaN: none of its own.
using Parts = std::vector<double>;  // by key

constexpr double kNoPart = std::numeric_limits<double>::quiet_NaN();

Parts parts_of(std::span<const double> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  Parts out(weights.size(), 0);
  for (std::size_t k = 0; k < weights.size(); ++k) out[k] = sum > 0 ? weights[k] / sum : 0;
  return out;
}

double number(Wide n, double unit) {
  return static_cast<double>(static_cast<long double>(n) / static_cast<long double>(unit));
}
json write_credit(const Credit& c) {
  constexpr auto kOne = static_cast<double>(kWhole);
  return {{"conversions", number(c.conversions, kOne)}, {"value", number(c.value, kOne * kNano)}};
}
json write_part(double part, const Tally& t) {
  if (std::isnan(part)) return {{"conversions", nullptr}, {"value", nullptr}};
  return {{"conversions", part * static_cast<double>(t.with_path.conversions)},
          {"value", part * number(t.with_path.value, kNano)}};
}

// In proportion to touches, where Shapley values say nothing.
Parts parts_by_touches(const Tally& t) {
  Parts weights;
  for (std::size_t k = 1; k < t.keys.size(); ++k)
    weights.push_back(static_cast<double>(t.keys[k].touches));
  return parts_of(weights);
}

struct ByShapley {
  Parts parts;  // by key - 1
  std::optional<double> others;
};

ByShapley shapley_parts(const Tally& t, const Plan& plan) {
  std::vector<std::uint32_t> ranked;
  for (std::uint32_t k = 1; k < t.keys.size(); ++k) {
    if (t.keys[k].all_touches != 0) ranked.push_back(k);
  }
  std::sort(ranked.begin(), ranked.end(), [&](std::uint32_t a, std::uint32_t b) {
    return t.keys[a].all_touches != t.keys[b].all_touches
               ? t.keys[a].all_touches > t.keys[b].all_touches
               : plan.keys.names[a] < plan.keys.names[b];
  });
  ByShapley out;
  ShapleyValues values = shapley(t.coalitions, ranked);
  for (double& v : values.phi) v = std::max(v, 0.0);
  Parts parts = parts_of(values.phi);
  if (std::accumulate(values.phi.begin(), values.phi.end(), 0.0) <= 0) {
    out.parts = parts_by_touches(t);
    return out;
  }
  out.parts.assign(t.keys.size() - 1, kNoPart);
  for (std::size_t i = 0; i < values.players.size(); ++i) {
    if (values.players[i] == kOthers) {
      out.others = parts[i];
    } else {
      out.parts[values.players[i] - 1] = parts[i];
    }
  }
  return out;
}

// What the models over all journeys say, by key - 1; empty when not asked for.
struct Overall {
  std::vector<double> removal;
  Parts markov;
  ByShapley shapley;
};

Result<Overall> solve(const Tally& t, const Plan& plan) {
  Overall out;
  if (t.chain) {
    auto effects = t.chain->solve();
    if (!effects) return tl::unexpected(effects.error());
    out.removal = std::move(effects->removal);
    out.markov = parts_of(out.removal);
  }
  if (plan.question->asks(AttributionModel::shapley)) out.shapley = shapley_parts(t, plan);
  return out;
}

json write_models(const Tally& t, const Plan& plan, const Overall& overall, std::size_t key) {
  json models;
  for (std::size_t m = 0; m < plan.question->models.size(); ++m) {
    const AttributionModel model = plan.question->models[m];
    json& cell = models[attribution_model_names()[static_cast<std::size_t>(model)]];
    if (key != 0 && model == AttributionModel::markov) {
      cell = write_part(overall.markov[key - 1], t);
    } else if (key != 0 && model == AttributionModel::shapley) {
      cell = write_part(overall.shapley.parts[key - 1], t);
    } else {
      cell = write_credit(t.credit(key, m));
    }
  }
  return models;
}

json write_keys(const Tally& t, const Plan& plan, const Overall& overall) {
  std::vector<std::size_t> order;
  for (std::size_t k = 1; k < t.keys.size(); ++k) {
    if (t.keys[k].all_touches != 0) order.push_back(k);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return t.keys[a].touches != t.keys[b].touches ? t.keys[a].touches > t.keys[b].touches
                                                  : plan.keys.names[a] < plan.keys.names[b];
  });
  json out = json::array();
  auto write = [&](json key, std::size_t k, json models) {
    json one{{"key", std::move(key)},
             {"touches", t.keys[k].touches},
             {"customers", t.keys[k].customers},
             {"models", std::move(models)}};
    if (t.chain) one["removal_effect"] = k == 0 ? json(nullptr) : json(overall.removal[k - 1]);
    out.push_back(std::move(one));
  };
  for (const std::size_t k : order) write(plan.keys.names[k], k, write_models(t, plan, overall, k));
  if (overall.shapley.others)
    out.push_back({{"key", "$other"},
                   {"touches", nullptr},
                   {"customers", nullptr},
                   {"models", {{"shapley", write_part(*overall.shapley.others, t)}}}});
  if (t.total.conversions != t.with_path.conversions)
    write(nullptr, 0, write_models(t, plan, overall, 0));
  return out;
}

json write_coalitions(const Tally& t, const Plan& plan) {
  std::vector<std::pair<std::vector<std::string>, Coalition>> list;
  for (const auto& [keys, c] : t.coalitions) {
    std::vector<std::string> names;
    for (const std::uint32_t k : keys) names.push_back(plan.keys.names[k]);
    std::sort(names.begin(), names.end());
    list.emplace_back(std::move(names), c);
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return a.second.journeys != b.second.journeys ? a.second.journeys > b.second.journeys
                                                  : a.first < b.first;
  });
  json out = json::array();
  for (const auto& [names, c] : list)
    out.push_back({{"keys", names}, {"journeys", c.journeys}, {"conversions", c.conversions}});
  return out;
}

}  // namespace

Result<json> ask_attribution(const AttributionQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  const Tally t = count(*plan, context);
  auto overall = solve(t, *plan);
  if (!overall) return tl::unexpected(overall.error());
  json out;
  out["keys"] = write_keys(t, *plan, *overall);
  out["conversions"] = static_cast<std::uint64_t>(t.total.conversions);
  out["value"] = number(t.total.value, kNano);
  out["converting"] = t.converting;
  out["not_converting"] = plan->only_converting ? json(nullptr) : json(t.not_converting);
  if (q.asks(AttributionModel::shapley)) out["coalitions"] = write_coalitions(t, *plan);
  return out;
}

}  // namespace viaggio::journey
