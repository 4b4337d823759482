// GET /api/export/{events,customers}: everything out, as a stream.
#include "api/answers.h"
#include "api/routes.h"
#include "api/streaming.h"

namespace viaggio::api {
namespace {

Result<ExportRequest> export_of(const http::Request& request) {
  ExportRequest r;
  for (const auto& [name, value] : request.query) {
    if (name == "format") {
      r.format = value;
    } else if (name == "from") {
      r.from = value;
    } else if (name == "to") {
      r.to = value;
    } else if (name == "customer") {
      r.customer = value;
    } else if (name == "order") {
      r.order = value;
    } else {
      return invalid(name, "is not known here");
    }
  }
  if (r.format != "jsonl" && r.format != "csv" && r.format != "parquet") {
    return invalid("format", "must be jsonl, csv or parquet");
  }
  if (r.order != "sequence" && r.order != "customer")
    return invalid("order", "must be sequence or customer");
  return r;
}

void add(Routes& routes, std::string pattern,
         Status (Backend::*produce)(const ExportRequest&, const Backend::Begin&)) {
  Route r;
  r.method = "GET";
  r.pattern = std::move(pattern);
  r.kind = Kind::streaming;
  r.later = [produce](Call&& call, http::Responder responder) {
    const auto request = export_of(call.request);
    if (!request) return responder.send(problem(request.error()));
    Backend* workspace = call.workspace;
    stream_answer(std::move(responder), [&](const Backend::Begin& begin) {
      return (workspace->*produce)(*request, begin);
    });
  };
  routes.add(std::move(r));
}

}  // namespace

void add_export(Routes& routes) {
  add(routes, "/api/export/events", &Backend::export_events);
  add(routes, "/api/export/customers", &Backend::export_customers);
}

}  // namespace viaggio::api
