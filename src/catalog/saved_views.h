#pragma once
// What people keep to come back to: reports (a page and its question), dashboards (reports side by
// side) and annotations (a note on a day). Documents of the catalog that change no answer: a report
// is asked anew by whoever opens it, and what its question means is the page's business.
// A report named by a dashboard leaves it when it is deleted.
// Thread-safe; one change at a time. Errors: invalid names the member to blame; not_found
// "unknown_report", "unknown_dashboard", "unknown_annotation"; conflict "version_conflict";
// impossible "too_many" beyond kMostViews of a kind.
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "catalog/catalog.h"

namespace viaggio::catalog {

enum class SavedKind : std::uint8_t { report, dashboard, annotation };

inline constexpr std::size_t kMostViews = 2'000;

class SavedViews {
 public:
  explicit SavedViews(Catalog& catalog) : catalog_(catalog) {}

  // {"reports":[...]}, by id; annotations, whose id begins with the day, so by day.
  Result<std::string> list(SavedKind kind) const;
  Result<Document> get(SavedKind kind, std::string_view id) const;
  // The id is made from the name (of an annotation: from its day).
  Result<Document> create(SavedKind kind, std::string_view body);
  // if_match: an etag, "*" (must exist already) or empty.
  Result<Document> put(SavedKind kind, std::string_view id, std::string_view body,
                       std::string_view if_match);
  Status remove(SavedKind kind, std::string_view id, std::string_view if_match);

 private:
  Result<Document> store(SavedKind kind, std::string_view id, nlohmann::json draft,
                         std::string_view if_match);
  void leave_dashboards(std::string_view report);

  Catalog& catalog_;
  std::mutex mutex_;
};

}  // namespace viaggio::catalog
