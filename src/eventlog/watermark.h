#pragma once
// The last acknowledged sequence, in a file of 16 bytes that is mapped and never synced: it
// survives the process, and after a power cut is at worst old or unreadable, never ahead of what
// was promised. Threads: one writer.
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "model/event.h"

namespace viaggio::eventlog {

class Watermark {
 public:
  static Result<std::unique_ptr<Watermark>> open(const std::string& path);
  ~Watermark();
  Sequence get() const;  // 0 when never written or not readable
  void set(Sequence acknowledged);

 private:
  explicit Watermark(std::uint64_t* words) : words_(words) {}
  std::uint64_t* words_;
};

}  // namespace viaggio::eventlog
