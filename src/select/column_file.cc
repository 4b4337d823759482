// Layout: magic, checksum of the rest, then the rest: upto, path, values (for each its elements:
// type, boolean, number, text), chunks (for each 0 = none, 1 = dense, 2 = sparse, and its arrays).
#include "select/column_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace viaggio::select {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "VGCOLMN1";

std::string file_of(const std::string& folder, const std::string& path) {
  return folder + "/" + std::to_string(hash64(path)) + ".column";
}

class Writer {
 public:
  void bytes(const void* data, std::size_t size) {
    text_.append(static_cast<const char*>(data), size);
  }
  template <class T>
  void number(T v) {
    bytes(&v, sizeof v);
  }
  void text(std::string_view v) {
    number<std::uint64_t>(v.size());
    bytes(v.data(), v.size());
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Turns bad at the first read beyond the end, and answers zeros from there on.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}
  bool good() const { return good_; }
  bool bytes(void* data, std::size_t size) {
    good_ = good_ && left_.size() >= size;
    if (!good_) return false;
    std::memcpy(data, left_.data(), size);
    left_.remove_prefix(size);
    return true;
  }
  template <class T>
  T number() {
    T v{};
    bytes(&v, sizeof v);
    return v;
  }
  std::string text() {
    std::string out;
    const auto size = number<std::uint64_t>();
    good_ = good_ && size <= left_.size();
    if (!good_) return out;
    out.assign(left_.substr(0, size));
    left_.remove_prefix(size);
    return out;
  }
  std::size_t left() const { return left_.size(); }

 private:
  std::string_view left_;
  bool good_ = true;
};

Status write_synced(const std::string& file, std::string_view text) {
  const std::string partial = file + ".new";
  const int fd = ::open(partial.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  bool ok = fd >= 0;
  for (std::size_t done = 0; ok && done < text.size();) {
    const ssize_t wrote = ::write(fd, text.data() + done, text.size() - done);
    ok = wrote > 0;
    if (ok) done += static_cast<std::size_t>(wrote);
  }
  ok = ok && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  ok = ok && ::rename(partial.c_str(), file.c_str()) == 0;
  if (ok) return {};
  ::unlink(partial.c_str());
  return internal_error("cannot write " + file + ": " + std::strerror(errno), "column_write");
}

void write_value(Writer& out, const Value& value) {
  out.number(static_cast<std::uint32_t>(value.size()));
  for (const Scalar& s : value) {
    out.number(static_cast<std::uint8_t>(s.type));
    out.number(static_cast<std::uint8_t>(s.boolean));
    out.number(s.number);
    out.text(s.text);
  }
}

Value read_value(Reader& in) {
  Value out;
  for (auto n = in.number<std::uint32_t>(); n > 0 && in.good(); --n) {
    Scalar s;
    s.type = static_cast<Scalar::Type>(in.number<std::uint8_t>());
    s.boolean = in.number<std::uint8_t>() != 0;
    s.number = in.number<double>();
    s.text = in.text();
    out.push_back(std::move(s));
  }
  return out;
}

}  // namespace

Status ColumnFile::write(const Column& column, const std::string& folder, const std::string& path) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    return internal_error("the folder " + folder + " cannot be made: " + ec.message(), "folder");
  Writer out;
  out.number(column.upto_);
  out.text(path);
  out.number(column.size_);
  for (Code c = 0; c < column.size_; ++c) write_value(out, column.value(c));
  out.number<std::uint64_t>(column.chunks_.size());
  for (const ColumnChunk& chunk : column.chunks_) {
    out.number<std::uint8_t>(chunk.dense_ ? 1 : chunk.sparse_ ? 2 : 0);
    if (chunk.dense_) out.bytes(chunk.dense_.get(), ColumnChunk::kSize * sizeof(Code));
    if (!chunk.sparse_) continue;
    out.bytes(chunk.sparse_->bits, sizeof chunk.sparse_->bits);
    out.bytes(chunk.sparse_->before, sizeof chunk.sparse_->before);
    out.number<std::uint64_t>(chunk.sparse_->codes.size());
    out.bytes(chunk.sparse_->codes.data(), chunk.sparse_->codes.size() * sizeof(Code));
  }
  const std::string rest = out.take();
  Writer whole;
  whole.bytes(kMagic.data(), kMagic.size());
  whole.number(hash64(rest));
  whole.bytes(rest.data(), rest.size());
  return write_synced(file_of(folder, path), whole.take());
}

std::shared_ptr<const Column> ColumnFile::read(const std::string& folder, const std::string& path) {
  std::ifstream file(file_of(folder, path), std::ios::binary | std::ios::ate);
  if (!file) return nullptr;
  std::string text(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) return nullptr;
  Reader in(text);
  std::string magic(kMagic.size(), '\0');
  if (!in.bytes(magic.data(), magic.size()) || magic != kMagic) return nullptr;
  if (const auto sum = in.number<std::uint64_t>();
      !in.good() || sum != hash64(std::string_view(text).substr(text.size() - in.left())))
    return nullptr;
  auto column = std::make_shared<Column>();
  column->upto_ = in.number<Sequence>();
  if (in.text() != path) return nullptr;
  for (auto n = in.number<Code>(); n > 0 && in.good(); --n) {
    if (column->size_ % Column::kValues == 0)
      column->values_.push_back(std::make_shared<std::vector<Value>>());
    column->values_.back()->push_back(read_value(in));
    ++column->size_;
  }
  for (auto n = in.number<std::uint64_t>(); n > 0 && in.good(); --n) {
    ColumnChunk chunk;
    const auto shape = in.number<std::uint8_t>();
    if (shape == 1) {
      std::shared_ptr<Code[]> dense(new Code[ColumnChunk::kSize]);
      in.bytes(dense.get(), ColumnChunk::kSize * sizeof(Code));
      chunk.dense_ = std::move(dense);
    } else if (shape == 2) {
      auto sparse = std::make_shared<ColumnChunk::Sparse>();
      in.bytes(sparse->bits, sizeof sparse->bits);
      in.bytes(sparse->before, sizeof sparse->before);
      const auto codes = in.number<std::uint64_t>();
      if (!in.good() || codes > ColumnChunk::kSize) return nullptr;
      sparse->codes.resize(codes);
      in.bytes(sparse->codes.data(), codes * sizeof(Code));
      chunk.sparse_ = std::move(sparse);
    }
    column->chunks_.push_back(std::move(chunk));
  }
  return in.good() && in.left() == 0 && column->size_ != 0 ? column : nullptr;
}

}  // namespace viaggio::select
