#pragma once
// A Backend over one engine, and the workspaces of a process: the data folder it was started with
// and those that people made beside it. Thread-safe, as Backend asks.
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/backend.h"
#include "engine/engine.h"

namespace viaggio::api {

// `id` is the workspace's id in this process.
std::unique_ptr<Backend> make_engine_backend(std::string id, engine::Engine& engine);

// Opens further data folders beside the first one and remembers them in its catalog, so that a
// restart brings them back. Declared after what it uses, destroyed before the first engine.
class EngineWorkspaces : public WorkspaceRegistry {
 public:
  // `first` must outlive this. A remembered folder that cannot be opened is logged and left out.
  static Result<std::unique_ptr<EngineWorkspaces>> open(engine::Engine& first);
  ~EngineWorkspaces() override;

  std::vector<Backend*> list() override;
  Backend* find(std::string_view id) override;
  Result<Backend*> create(std::string_view name) override;

 private:
  struct Workspace {
    std::string id;
    std::unique_ptr<engine::Engine> engine;  // null for the first
    std::unique_ptr<Backend> backend;
  };
  explicit EngineWorkspaces(engine::Engine& first) : first_(first) {}
  Result<Backend*> add(const std::string& id, const std::string& folder, std::string_view name);

  engine::Engine& first_;
  std::mutex creating_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> workspaces_;
};

}  // namespace viaggio::api
