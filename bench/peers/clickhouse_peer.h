#pragma once
// ClickHouse in this process (libchdb), its tables in a folder. The library is loaded when a peer
// is opened, so that programs run without it. One at a time: the library has one server a process.
#include <memory>

#include "peers/peer.h"

namespace viaggio::bench {

class ClickhousePeer : public Peer {
 public:
  static Result<std::unique_ptr<ClickhousePeer>> open(const std::string& library,
                                                      const std::string& folder);
  ~ClickhousePeer() override;
  const std::string& name() const override { return name_; }
  Result<Rows> ask(const std::string& sql) override;

 private:
  // The library's C interface, as far as it is needed; handles are opaque.
  using Connection = void*;
  using Answer = void;
  struct Calls {
    Connection* (*connect)(int, char**) = nullptr;
    void (*close)(Connection*) = nullptr;
    Answer* (*query)(Connection, const char*, const char*) = nullptr;
    void (*destroy)(Answer*) = nullptr;
    char* (*buffer)(Answer*) = nullptr;
    std::size_t (*length)(Answer*) = nullptr;
    const char* (*error)(Answer*) = nullptr;
  };
  const std::string name_ = "clickhouse";
  Calls calls_;
  Connection* connection_ = nullptr;
};

}  // namespace viaggio::bench
