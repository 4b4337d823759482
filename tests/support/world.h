#pragma once
// Something that can be loaded with events and asked questions: the engine in one of its modes, or
// the naive reference. Golden scripts and the differential test drive it and nothing else.
// Not thread-safe: one script uses one world.
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace viaggio::testing {

class World {
 public:
  virtual ~World() = default;
  virtual std::string name() const = 0;

  // JSON as of PUT /api/stage-models/{id} and PUT /api/touchpoints.
  virtual Status put_stage_model(const std::string& id, const std::string& json) = 0;
  virtual Status put_touchpoints(const std::string& json) = 0;

  // JSON as of PUT /api/audiences/{id}.
  virtual Status put_audience(const std::string& id, const std::string& json) = 0;

  // JSON as of PUT /api/settings; fields that are left out stay.
  virtual Status put_settings(const std::string& json) = 0;

  // {"batch": [messages of the Segment model]}, from one source, with a secret key. Every event
  // must be stored; a repeated message id is no error.
  virtual Status load(const std::string& source, const std::string& batch_json) = 0;

  // Identifiers as TYPE:VALUE ("user_id:ann").
  virtual Status merge(const std::string& a, const std::string& b) = 0;
  virtual Status undo_last_merge() = 0;

  // All that is stored now, with the clock at `clock`: a value for "as_of".
  virtual std::string epoch(Micros clock) = 0;

  virtual Result<std::string> query(const std::string& kind, const std::string& question) = 0;

  // The smallest user id of a customer, or "~" and its smallest anonymous id.
  virtual std::string customer_name(const std::string& customer_id) = 0;
};

}  // namespace viaggio::testing
