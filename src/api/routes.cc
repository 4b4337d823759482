#include "api/routes.h"

#include "api/counters.h"

namespace viaggio::api {
namespace {

// Split before decoding, so that an encoded slash stays inside its part.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_parameter(const std::string& part) { return part.size() > 2 && part.front() == '{'; }

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& parts,
             std::vector<std::string>& params) {
  if (pattern.size() != parts.size()) return false;
  params.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i])) {
      if (pattern[i] != parts[i]) return false;
      continue;
    }
    auto value = http::percent_decode(parts[i], false);
    if (!value || value->empty()) return false;
    params.push_back(std::move(*value));
  }
  return true;
}

}  // namespace

Routes::Routes() {
  add_collect(*this);
  add_library_settings(*this);
  add_health(*this);
  add_contract(*this);
  add_metrics(*this);
  add_session(*this);
  add_workspaces(*this);
  add_settings(*this);
  add_keys(*this);
  add_vocabulary(*this);
  add_stage_models(*this);
  add_touchpoints(*this);
  add_query(*this);
  add_sql(*this);
  add_customers(*this);
  add_audiences(*this);
  add_saved_views(*this);
  add_identity(*this);
  add_export(*this);
  add_live(*this);
  add_imports(*this);
  add_mappings(*this);
  add_tables(*this);
}

void Routes::add(Route route) {
  route.counters = std::make_shared<RouteCounters>();
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  const Route* r = routes_.back().get();
  if (r->pattern.find('{') == std::string::npos) {
    exact_[r->pattern].push_back(r);
  } else {
    patterns_.emplace_back(split(r->pattern), r);
  }
}

const Route* Routes::find(std::string_view method, std::string_view path,
                          std::vector<std::string>& params, std::string* allowed) const {
  params.clear();
  if (method == "HEAD") method = "GET";
  // Some clients end their addresses so, and a redirect would lose what they post.
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto note = [&](const Route* r) {
    if (allowed == nullptr || allowed->find(r->method) != std::string::npos) return;
    if (!allowed->empty()) *allowed += ", ";
    *allowed += r->method;
  };
  if (const auto found = exact_.find(std::string(path)); found != exact_.end()) {
    for (const Route* r : found->second) {
      if (r->method == method) return r;
      note(r);
    }
  }
  if (path.empty() || path.front() != '/') return nullptr;
  const std::vector<std::string> parts = split(path);
  for (const auto& [pattern, route] : patterns_) {
    if (!matches(pattern, parts, params)) continue;
    if (route->method == method) return route;
    note(route);
  }
  params.clear();
  return nullptr;
}

Route reading(std::string method, std::string pattern, Act act) {
  Route r;
  r.method = std::move(method);
  r.pattern = std::move(pattern);
  r.act = std::move(act);
  return r;
}

Result<std::size_t> limit_of(const http::Request& request, std::size_t otherwise) {
  const auto text = request.parameter("limit");
  if (!text) return otherwise;
  std::size_t value = 0;
  const bool digits = !text->empty() && text->size() <= 4 &&
                      text->find_first_not_of("0123456789") == std::string_view::npos;
  if (digits) value = static_cast<std::size_t>(std::stoul(std::string(*text)));
  if (value < 1 || value > 1000) return invalid("limit", "must be a whole number from 1 to 1000");
  return value;
}

std::string_view text_of(const http::Request& request, std::string_view name) {
  return request.parameter(name).value_or(std::string_view());
}

std::string if_match(const http::Request& request) {
  std::string_view tag = request.headers.get("If-Match");
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
    tag = tag.substr(1, tag.size() - 2);
  return std::string(tag);
}

}  // namespace viaggio::api
