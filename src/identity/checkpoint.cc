#include "identity/checkpoint.h"

#include <unistd.h>

#include <filesystem>

#include "base/text.h"

namespace viaggio::identity {
namespace {

constexpr std::size_t kPiece = 1u << 20;

// Of the first `size` bytes, in fixed pieces, so that writer and verifier agree without knowing
// what the bytes mean.
Result<std::uint64_t> checksum_of(std::FILE* file, std::uint64_t size) {
  std::string piece(kPiece, '\0');
  std::uint64_t sum = size;
  while (size > 0) {
    const std::size_t wanted = size < kPiece ? static_cast<std::size_t>(size) : kPiece;
    if (std::fread(piece.data(), 1, wanted, file) != wanted) {
      return internal_error("the identity checkpoint could not be read", "checkpoint_unreadable");
    }
    sum = hash64(std::string_view(piece.data(), wanted), sum);
    size -= wanted;
  }
  return sum;
}

}  // namespace

CheckpointWriter::CheckpointWriter(const std::string& file)
    : file_(file), partial_(file + ".part") {
  out_ = std::fopen(partial_.c_str(), "w+b");
  failed_ = out_ == nullptr;
}

CheckpointWriter::~CheckpointWriter() {
  if (out_ == nullptr) return;
  std::fclose(out_);
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
}

void CheckpointWriter::bytes(const void* data, std::size_t size) {
  if (failed_ || size == 0) return;
  failed_ = std::fwrite(data, 1, size, out_) != size;
}

void CheckpointWriter::text(const std::string& value) {
  number(value.size());
  bytes(value.data(), value.size());
}

Status CheckpointWriter::finish() {
  const auto broken = [&] {
    return internal_error("the identity checkpoint " + file_ + " could not be written",
                          "checkpoint_unwritable");
  };
  if (failed_ || std::fflush(out_) != 0) return broken();
  const long size = std::ftell(out_);
  if (size < 0 || std::fseek(out_, 0, SEEK_SET) != 0) return broken();
  const auto sum = checksum_of(out_, static_cast<std::uint64_t>(size));
  if (!sum || std::fseek(out_, 0, SEEK_END) != 0) return broken();
  number(*sum);
  if (failed_ || std::fflush(out_) != 0 || ::fsync(::fileno(out_)) != 0) return broken();
  std::fclose(out_);
  out_ = nullptr;
  std::error_code error;
  std::filesystem::rename(partial_, file_, error);
  if (error) return broken();
  return {};
}

Status CheckpointReader::verify(const std::string& file) {
  std::FILE* in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) {
    return fail(ErrorKind::not_found, "no_checkpoint", "there is no identity checkpoint " + file);
  }
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  const auto damaged = [&] {
    std::fclose(in);
    return internal_error(
        "the identity checkpoint " + file + " is damaged; rebuild it from the log",
        "checkpoint_damaged");
  };
  if (error || size < 16) return damaged();
  const auto sum = checksum_of(in, size - 8);
  std::uint64_t stored = 0;
  if (!sum || std::fread(&stored, 1, 8, in) != 8 || stored != *sum) return damaged();
  std::fclose(in);
  return {};
}

CheckpointReader::CheckpointReader(const std::string& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  in_ = std::fopen(file.c_str(), "rb");
  failed_ = in_ == nullptr || error || size < 8;
  left_ = failed_ ? 0 : size - 8;
}

CheckpointReader::~CheckpointReader() {
  if (in_ != nullptr) std::fclose(in_);
}

bool CheckpointReader::fits(std::uint64_t count, std::size_t size) {
  if (failed_ || count > left_ / size) failed_ = true;
  return !failed_;
}

void CheckpointReader::bytes(void* data, std::size_t size) {
  if (size == 0 || !fits(size, 1)) return;
  failed_ = std::fread(data, 1, size, in_) != size;
  left_ -= size;
}

std::uint64_t CheckpointReader::number() {
  std::uint64_t value = 0;
  bytes(&value, sizeof value);
  return failed_ ? 0 : value;
}

std::string CheckpointReader::text() {
  const std::uint64_t size = number();
  if (!fits(size, 1)) return {};
  std::string value(size, '\0');
  bytes(value.data(), size);
  return value;
}

}  // namespace viaggio::identity
