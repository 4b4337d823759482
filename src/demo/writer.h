#pragma once
// A Happening -> the JSON text of the message its collector would have sent. Written by hand
// because a demo has millions. Texts of the demo need no JSON escaping: they hold no quotes,
// backslashes or control characters. One thread a Writer; the Story must outlive it.
#include <string>
#include <string_view>

#include "demo/story.h"

namespace viaggio::demo {

class Writer {
 public:
  // Message ids are prefix + a running number.
  Writer(const Story& story, std::string prefix) : story_(story), prefix_(std::move(prefix)) {}

  // Appends the message to out; returns the collector's name (static storage).
  std::string_view write(const Happening& happening, std::string& out);

 private:
  // writer.cc
  void head(std::string_view type, std::string_view event);
  void web_context();
  void web_page_address();
  void contact();
  void external_id(std::string_view type);
  void traits();
  void identify();
  void time(Micros at);
  // writer_properties.cc
  void properties();
  void product_line(std::uint16_t sku, unsigned quantity);
  void basket_lines(const Basket& basket);
  void order(const Basket& basket);
  void voice(std::string_view text_key);
  void number(std::uint64_t n);
  void money(std::uint64_t cents);
  void text(std::string_view key, std::string_view value);
  void put(std::string_view s) { out_->append(s); }
  const Basket& basket() const { return story_.baskets[h_->thing]; }
  const Person& person() const { return story_.people[h_->person]; }
  bool replaced_card() const;

  const Story& story_;
  std::string prefix_;
  std::uint64_t serial_ = 0;
  const Happening* h_ = nullptr;
  std::string* out_ = nullptr;
  std::int64_t day_ = -1;  // of the cached date
  char date_[11] = {};
};

// The name of the event as sent ("Product Viewed"); empty for identify messages.
std::string_view event_name(What what);
// The collector that reports it.
std::string_view source_of(const Happening& happening);

}  // namespace viaggio::demo
