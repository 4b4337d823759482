#include "http/client.h"

#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <sys/socket.h>

namespace viaggio::http {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

struct Address {
  std::string host, port, target;
};

Result<Address> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return invalid("url", "must begin with http://");
  url.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  Address a;
  a.target = slash == url.size() ? "/" : std::string(url.substr(slash));
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  a.port = has_port ? std::string(authority.substr(colon + 1)) : "80";
  authority = authority.substr(0, has_port ? colon : authority.size());
  if (authority.size() > 2 && authority.front() == '[')
    authority = authority.substr(1, authority.size() - 2);
  a.host = std::string(authority);
  if (a.host.empty() || a.port.empty() || a.target.find_first_of(" \r\n") != std::string::npos) {
    return invalid("url", "is not an http address");
  }
  return a;
}

tl::unexpected<Error> unreachable(const Address& a, const char* why) {
  return fail(ErrorKind::impossible, "unreachable",
              "no answer from " + a.host + ":" + a.port + " (" + why + ")");
}

class Socket {
 public:
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool open(const Address& a, int timeout_seconds) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(a.host.c_str(), a.port.c_str(), &hints, &found) != 0) return false;
    for (addrinfo* one = found; one != nullptr && fd_ < 0; one = one->ai_next) {
      fd_ = ::socket(one->ai_family, one->ai_socktype, one->ai_protocol);
      if (fd_ >= 0 && ::connect(fd_, one->ai_addr, one->ai_addrlen) != 0) {
        ::close(fd_);
        fd_ = -1;
      }
    }
    freeaddrinfo(found);
    if (fd_ < 0) return false;
    const timeval limit{timeout_seconds, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return true;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  // Appends what came; false at the end or an error.
  bool receive(std::string& into) {
    char buffer[65536];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    into.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

 private:
  int fd_ = -1;
};

// Reads an answer: head, then the body by length, by chunks or to the end.
class AnswerReader {
 public:
  AnswerReader(Socket& socket, const ClientRequest& request) : socket_(socket), request_(request) {}

  Result<Response> read() {
    do {  // 100 Continue precedes the answer itself
      if (!read_head()) return broken();
    } while (response_.status == 100);
    const bool streamed = request_.on_body && response_.status / 100 == 2;
    take_ = [this, streamed](std::string_view piece) {
      if (streamed) return request_.on_body(piece);
      response_.body.append(piece);
      return true;
    };
    if (request_.method == "HEAD" || response_.status == 204 || response_.status == 304)
      return std::move(response_);
    const bool chunked = equal_ignoring_case(response_.headers.get("Transfer-Encoding"), "chunked");
    const bool whole = chunked ? read_chunks() : read_plain();
    if (!whole && !stopped_) return broken();
    return std::move(response_);
  }

 private:
  static tl::unexpected<Error> broken() {
    return fail(ErrorKind::impossible, "broken_answer",
                "the server's answer broke off or is not HTTP");
  }

  bool read_head() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (buffer_.size() > 64 * 1024 || !socket_.receive(buffer_)) return false;
    }
    std::string_view head = std::string_view(buffer_).substr(0, end + 2);
    if (!head.starts_with("HTTP/1.") || head.size() < 12) return false;
    response_ = Response();
    response_.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
      const std::size_t line_end = head.find("\r\n");
      const std::string_view line = head.substr(0, line_end);
      head.remove_prefix(line_end + 2);
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) return false;
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      response_.headers.add(std::string(line.substr(0, colon)), std::string(value));
    }
    buffer_.erase(0, end + 4);
    return response_.status >= 100;
  }

  bool pass_on(std::string_view piece) {
    if (!piece.empty() && !take_(piece)) stopped_ = true;
    return !stopped_;
  }

  // Passes on exactly `left` bytes.
  bool read_bytes(std::uint64_t left) {
    while (left > 0) {
      if (buffer_.empty() && !socket_.receive(buffer_)) return false;
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer_.size()));
      if (!pass_on(std::string_view(buffer_).substr(0, n))) return false;
      buffer_.erase(0, n);
      left -= n;
    }
    return true;
  }

  bool read_plain() {
    const std::string_view length = response_.headers.get("Content-Length");
    if (!length.empty()) return read_bytes(std::strtoull(std::string(length).c_str(), nullptr, 10));
    do {
      if (!pass_on(buffer_)) return false;
      buffer_.clear();
    } while (socket_.receive(buffer_));
    return true;
  }

  bool read_chunks() {
    for (;;) {
      std::size_t end = 0;
      while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (buffer_.size() > 1024 || !socket_.receive(buffer_)) return false;
      }
      char* stop = nullptr;
      const std::uint64_t size = std::strtoull(buffer_.c_str(), &stop, 16);
      if (stop == buffer_.c_str()) return false;
      buffer_.erase(0, end + 2);
      if (size == 0) return true;
      if (!read_bytes(size)) return false;
      while (buffer_.size() < 2) {
        if (!socket_.receive(buffer_)) return false;
      }
      buffer_.erase(0, 2);
    }
  }

  Socket& socket_;
  const ClientRequest& request_;
  Response response_;
  std::string buffer_;
  std::function<bool(std::string_view)> take_;
  bool stopped_ = false;
};

bool send_file(Socket& socket, std::ifstream& file, std::uint64_t total,
               const ClientRequest& request) {
  std::string piece(kPiece, '\0');
  std::uint64_t sent = 0;
  while (sent < total) {
    file.read(piece.data(),
              static_cast<std::streamsize>(std::min<std::uint64_t>(kPiece, total - sent)));
    const auto n = static_cast<std::size_t>(file.gcount());
    if (n == 0 || !socket.send(std::string_view(piece).substr(0, n))) return false;
    sent += n;
    if (request.on_sent) request.on_sent(sent, total);
  }
  return true;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::strchr("-._~", c);
    if (plain && c != '\0') {
      out.push_back(c);
    } else {
      const auto b = static_cast<unsigned char>(c);
      out.append({'%', kHex[b >> 4], kHex[b & 15]});
    }
  }
  return out;
}

Result<Response> fetch(const ClientRequest& request) {
  const auto address = parse_url(request.url);
  if (!address) return tl::unexpected<Error>(address.error());
  std::ifstream file;
  std::uint64_t length = request.body.size();
  if (!request.body_file.empty()) {
    file.open(request.body_file, std::ios::binary | std::ios::ate);
    if (!file) return invalid("file", "cannot read " + request.body_file);
    length = static_cast<std::uint64_t>(file.tellg());
    file.seekg(0);
  }
  Socket socket;
  if (!socket.open(*address, request.timeout_seconds))
    return unreachable(*address, "is the server running there?");
  std::string head = request.method + " " + address->target +
                     " HTTP/1.1\r\nHost: " + address->host + ":" + address->port +
                     "\r\nConnection: close\r\n";
  for (const Header& h : request.headers.all()) head += h.name + ": " + h.value + "\r\n";
  const bool has_body = length > 0 || request.method == "POST" || request.method == "PUT";
  if (has_body) head += "Content-Length: " + std::to_string(length) + "\r\n";
  bool sent = socket.send(head + "\r\n");
  if (sent && file.is_open()) {
    sent = send_file(socket, file, length, request);
  } else if (sent) {
    sent = socket.send(request.body);
  }
  // A server may refuse a body half-way and say why: its answer is worth more than our broken pipe.
  auto answer = AnswerReader(socket, request).read();
  if (!answer && !sent) return unreachable(*address, "it closed the connection");
  return answer;
}

}  // namespace viaggio::http
