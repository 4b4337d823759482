#include "select/event_filter.h"

#include <map>
#include <mutex>

#include "classify/comparison.h"

namespace viaggio::select {
namespace {

using KindPart = std::string (*)(const EventKind&);

KindPart kind_part(const std::string& field) {
  static const std::map<std::string, KindPart> parts = {
      {"name", [](const EventKind& k) { return k.name; }},
      {"type", [](const EventKind& k) { return std::string(to_string(k.type)); }},
      {"source", [](const EventKind& k) { return k.source; }},
      {"referrer", [](const EventKind& k) { return k.referrer_host; }},
      {"utm_source", [](const EventKind& k) { return k.utm_source; }},
      {"utm_medium", [](const EventKind& k) { return k.utm_medium; }},
      {"utm_campaign", [](const EventKind& k) { return k.utm_campaign; }},
      {"click_id", [](const EventKind& k) { return k.click_id; }},
      {"store", [](const EventKind& k) { return k.store; }},
      {"device", [](const EventKind& k) { return k.device; }},
  };
  const auto at = parts.find(field);
  return at == parts.end() ? nullptr : at->second;
}

Value value_of(const std::string& text) {
  return text.empty() ? Value{} : Value{Scalar::of(std::string_view(text))};
}

}  // namespace

Result<Field> Field::resolve(const std::string& name, const std::string& path,
                             const Context& context, About about) {
  Field f;
  f.classes_ = context.classes;
  f.values_.push_back(Value{});
  const std::size_t kinds = context.classes->kinds.size();
  if (const KindPart part = kind_part(name)) {
    std::map<std::string, Code> codes;
    f.by_kind_.resize(kinds, 0);
    for (std::size_t k = 0; k < kinds; ++k) {
      const std::string text = part(*context.classes->kinds[k]);
      if (text.empty()) continue;
      const auto [at, fresh] = codes.try_emplace(text, static_cast<Code>(f.values_.size()));
      if (fresh) f.values_.push_back(value_of(text));
      f.by_kind_[k] = at->second;
    }
    return f;
  }
  if (name == "touchpoint") {
    for (const auto& t : context.classes->touchpoints) f.values_.push_back(value_of(t.id));
    f.by_kind_.resize(kinds);
    for (std::size_t k = 0; k < kinds; ++k) f.by_kind_[k] = 1u + context.classes->touchpoint[k];
    return f;
  }
  if (name == "channel") {
    f.source_ = Source::channel;
    for (const auto& c : context.classes->channels) f.values_.push_back(value_of(c.id));
    return f;
  }
  const bool event_trait = name.starts_with("event.traits.");
  if (name.starts_with("properties.") || name.starts_with("context.") || event_trait) {
    const std::string column_path = event_trait ? name.substr(6) : name;
    if (column_path.back() == '.') return invalid(path, "'" + name + "' names no property");
    auto column = context.columns->column(column_path, context.snapshot->upto());
    if (!column) return tl::unexpected(column.error());
    f.source_ = Source::property;
    f.column_ = std::move(*column);
    return f;
  }
  if (about == About::event && name.starts_with("stage.") && name.size() > 6) {
    if (!context.event_column) return invalid(path, "'" + name + "' cannot be used here");
    auto column = context.event_column(name);
    if (!column) {
      Error e = column.error();
      e.field = path;
      return tl::unexpected(std::move(e));
    }
    f.source_ = Source::property;
    f.column_ = std::move(*column);
    return f;
  }
  if ((name.starts_with("traits.") && name.size() > 7) ||
      (name.starts_with("stage.") && name.size() > 6)) {
    if (!context.customer_column) return invalid(path, "'" + name + "' cannot be used here");
    auto column = context.customer_column(name);
    if (!column) {
      Error e = column.error();
      e.field = path;
      return tl::unexpected(std::move(e));
    }
    f.source_ = Source::customer;
    f.customers_ = std::move(*column);
    return f;
  }
  return invalid(path,
                 "'" + name.substr(0, 100) +
                     "' is not a field; use name, type, source, channel, touchpoint, properties.x, "
                     "context.x, traits.x, event.traits.x or stage.MODEL",
                 "unknown_field");
}

Code Field::size() const {
  switch (source_) {
    case Source::property:
      return column_->size();
    case Source::customer:
      return static_cast<Code>(customers_->values.size());
    default:
      return static_cast<Code>(values_.size());
  }
}

const Value& Field::value(Code code) const {
  switch (source_) {
    case Source::property:
      return column_->value(code);
    case Source::customer:
      return customers_->values[code];
    default:
      return values_[code];
  }
}

Result<std::uint32_t> EventFilter::add(const Filter& filter, const Context& context,
                                       Field::About about) {
  Node node;
  if (!filter.any.empty()) {
    node.type = Node::Type::any;
    for (const Filters& group : filter.any) {
      auto child = add(group, context, about);
      if (!child) return child;
      node.children.push_back(*child);
    }
  } else {
    auto field = Field::resolve(filter.field, filter.path + ".field", context, about);
    if (!field) return tl::unexpected(field.error());
    auto test = classify::Comparison::compile(filter);
    if (!test) return tl::unexpected(test.error());
    node.type = Node::Type::field;
    node.field = std::make_shared<const Field>(std::move(*field));
    node.pass.resize(node.field->size());
    for (Code c = 0; c < node.pass.size(); ++c)
      node.pass[c] = (*test)(node.field->value(c)) ? 1 : 0;
  }
  nodes_.push_back(std::move(node));
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

Result<std::uint32_t> EventFilter::add(const Filters& filters, const Context& context,
                                       Field::About about) {
  Node node;
  for (const Filter& f : filters) {
    auto child = add(f, context, about);
    if (!child) return child;
    node.children.push_back(*child);
  }
  nodes_.push_back(std::move(node));
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void EventFilter::finish(const Context& context) {
  root_ = static_cast<std::uint32_t>(nodes_.size() - 1);
  by_kind_.resize(context.classes->kinds.size());
  for (KindId k = 0; k < by_kind_.size(); ++k) by_kind_[k] = eval_kind(root_, k);
}

Result<EventFilter> EventFilter::compile(const Filters& filters, const Context& context,
                                         Field::About about) {
  EventFilter out;
  if (auto root = out.add(filters, context, about); !root) return tl::unexpected(root.error());
  out.always_ = filters.empty();
  out.finish(context);
  return out;
}

Result<EventFilter> EventFilter::compile(const Selector& selector, const Context& context) {
  EventFilter out;
  auto where = out.add(selector.where, context, Field::About::event);
  if (!where) return tl::unexpected(where.error());
  out.always_ = selector.all && selector.where.empty();
  if (!selector.all) {
    Node names;
    names.type = Node::Type::names;
    names.pass.resize(context.classes->kinds.size());
    for (std::size_t k = 0; k < names.pass.size(); ++k) {
      for (const std::string& event : selector.events) {
        if (context.classes->kinds[k]->name == event) names.pass[k] = 1;
      }
    }
    out.nodes_.push_back(std::move(names));
    Node both;
    both.children = {static_cast<std::uint32_t>(out.nodes_.size() - 1), *where};
    out.nodes_.push_back(std::move(both));
  }
  out.finish(context);
  return out;
}

Answer EventFilter::eval_kind(std::uint32_t index, KindId kind) const {
  const Node& node = nodes_[index];
  switch (node.type) {
    case Node::Type::names:
      return node.pass[kind] != 0 ? Answer::yes : Answer::no;
    case Node::Type::field:
      if (node.field->source() != Field::Source::kind) return Answer::maybe;
      return node.pass[node.field->code_of_kind(kind)] != 0 ? Answer::yes : Answer::no;
    default:
      break;
  }
  const bool any = node.type == Node::Type::any;
  Answer out = any ? Answer::no : Answer::yes;
  for (const std::uint32_t child : node.children) {
    const Answer a = eval_kind(child, kind);
    if (a == (any ? Answer::yes : Answer::no)) return a;
    if (a == Answer::maybe) out = Answer::maybe;
  }
  return out;
}

bool EventFilter::eval(std::uint32_t index, KindId kind, KindId entry, Sequence sequence,
                       CustomerId customer) const {
  const Node& node = nodes_[index];
  switch (node.type) {
    case Node::Type::names:
      return node.pass[kind] != 0;
    case Node::Type::field:
      return node.pass[node.field->code(kind, entry, sequence, customer)] != 0;
    case Node::Type::any:
      for (const std::uint32_t child : node.children) {
        if (eval(child, kind, entry, sequence, customer)) return true;
      }
      return false;
    case Node::Type::all:
      break;
  }
  for (const std::uint32_t child : node.children) {
    if (!eval(child, kind, entry, sequence, customer)) return false;
  }
  return true;
}

namespace {

bool about_customer(const Filter& f) {
  if (f.any.empty()) return f.field.starts_with("traits.") || f.field.starts_with("stage.");
  for (const Filters& group : f.any) {
    for (const Filter& inner : group) {
      if (!about_customer(inner)) return false;
    }
  }
  return true;
}

}  // namespace

Result<CustomerFilter> CustomerFilter::compile(const Filters& audience, const Context& context) {
  CustomerFilter out;
  if (context.audience) {
    out.everybody_ = false;
    out.bits_ = *context.audience;
  }
  if (audience.empty()) return out;
  Filters facts, events;
  for (const Filter& f : audience) (about_customer(f) ? facts : events).push_back(f);
  auto by_fact = EventFilter::compile(facts, context, Field::About::customer);
  if (!by_fact) return tl::unexpected(by_fact.error());
  auto by_event = EventFilter::compile(events, context);
  if (!by_event) return tl::unexpected(by_event.error());
  std::mutex mutex;
  std::vector<CustomerId> found;
  context.snapshot->scan(
      context.threads, [](unsigned, const timeline::CodeSpace& codes) { return codes; },
      [&](const timeline::CodeSpace& codes, const auto& run) {
        if (run.size == 0 || !out.passes(run.customer) || !by_fact->passes(codes, run, 0)) return;
        bool any = events.empty();
        // What happens after "now" does not exist for the question.
        for (std::uint32_t i = 0; i < run.size && run.time[i] <= context.now && !any; ++i)
          any = by_event->passes(codes, run, i);
        if (!any) return;
        const std::lock_guard lock(mutex);
        found.push_back(run.customer);
      });
  out.everybody_ = false;
  out.bits_.clear();
  for (const CustomerId c : found) {
    if (c / 64 >= out.bits_.size()) out.bits_.resize(c / 64 + 1, 0);
    out.bits_[c / 64] |= std::uint64_t{1} << (c % 64);
  }
  return out;
}

}  // namespace viaggio::select
