#pragma once
// The engines behind the routes: one Backend for each open data folder, and the registry of them.
// Thread-safe.
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/backend.h"
#include "engine/engine.h"

namespace viaggio::api {

class EngineBackend;

class Workspaces : public WorkspaceRegistry {
 public:
  // Opens the first data folder. Further workspaces are folders beside it: FOLDER-2, FOLDER-3 ...
  static Result<std::unique_ptr<Workspaces>> open(engine::Options first);
  ~Workspaces() override;

  std::vector<Backend*> list() override;
  Backend* find(std::string_view id) override;
  Result<Backend*> create(std::string_view name) override;
  engine::Engine& first();

 private:
  Workspaces() = default;
  Status add(engine::Options options, const std::string& id);
  std::mutex creating_;       // one new workspace at a time
  mutable std::mutex mutex_;  // backends_
  std::string folder_;
  std::vector<std::unique_ptr<EngineBackend>> backends_;
};

}  // namespace viaggio::api
