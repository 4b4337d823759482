#pragma once
// Keeps the open copy of a data folder (FOLDER/copy) up to date, and answers SQL over it.
// With a thread, at low priority, a new event is in the copy within about half a minute.
// Threads: all methods from any thread.
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "engine/epoch.h"
#include "open_copy/open_copy.h"

namespace viaggio::engine {

class Engine;

class Copying {
 public:
  // The engine must outlive it. Nothing is opened or written before it is needed.
  Copying(Engine& engine, const open_copy::Options& options, bool thread);
  ~Copying();

  // Brings the copy up to all that is stored by now.
  Status catch_up();
  // {"query","limit"?} -> {"columns","rows","more","upto","behind","seconds"}; docs/sql.md. Where
  // that takes no time worth speaking of, the copy is brought up to date first.
  Result<std::string> sql(std::string_view body);
  // {"tables":[{"name","columns":[{"name","type"}]}],"upto","behind"}
  Result<std::string> tables();

 private:
  void run();
  // One round of work; true: there is more. Remembers the epoch that is done.
  Result<bool> step();
  Result<open_copy::Manifest> fresh_manifest();
  std::uint64_t behind(const open_copy::Manifest& manifest) const;

  Engine& engine_;
  const std::string folder_;
  const open_copy::Options options_;
  std::mutex stepping_;
  std::unique_ptr<open_copy::OpenCopy> copy_;  // under stepping_
  Epoch done_;                                 // under stepping_; its clock does not count
  std::atomic<Micros> took_ = 0;               // the last step that had something to do
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// SQL over the copy in a folder that a server may hold: what the server has written by now.
Result<std::string> sql_over_copy(const std::string& data_folder, std::string_view body);

}  // namespace viaggio::engine
