#include "map/rows.h"

namespace viaggio::map {

namespace {

RowText text_of(const classify::Classification& classes, bool channels, std::size_t code) {
  if (channels) {
    const classify::Channel& c = classes.channels[code];
    RowText text{c.id, c.label.it, c.label.en, "", ""};
    // A channel is drawn like the first touchpoint that comes through it.
    for (const classify::Touchpoint& t : classes.touchpoints) {
      if (t.channel != c.id) continue;
      text.group = t.group;
      text.icon = t.icon;
      break;
    }
    return text;
  }
  const classify::Touchpoint& t = classes.touchpoints[code];
  return {t.id, t.label.it, t.label.en, t.group, t.icon};
}

}  // namespace

Rows::Rows(const classify::Classification& classes, bool channels)
    : classes_(&classes), channels_(channels), inherits_(classes.inherits) {
  const std::vector<std::uint16_t>& codes = channels ? classes.own_channel : classes.touchpoint;
  const std::size_t known = channels ? classes.channels.size() : classes.touchpoints.size();
  std::vector<Row> row_of_code(known, kNoRow);
  by_kind_.assign(codes.size(), kNoRow);
  for (std::size_t k = 0; k < codes.size(); ++k) {
    if (codes[k] >= known) continue;
    Row& row = row_of_code[codes[k]];
    if (row == kNoRow) {
      RowText text = text_of(classes, channels, codes[k]);
      if (text.id.empty()) continue;  // an event without a row
      row = static_cast<Row>(texts_.size());
      ids_.emplace(text.id, row);
      texts_.push_back(std::move(text));
    }
    by_kind_[k] = row;
  }
  size_ = texts_.size();
}

Row Rows::find(const std::string& id) const {
  const auto at = ids_.find(id);
  return at == ids_.end() ? kNoRow : at->second;
}

Row Rows::find_or_add(const std::string& id) {
  const auto [at, fresh] = ids_.try_emplace(id, static_cast<Row>(texts_.size()));
  if (!fresh) return at->second;
  RowText text{id, id, id, "", ""};
  const std::size_t known = channels_ ? classes_->channels.size() : classes_->touchpoints.size();
  for (std::size_t code = 0; code < known; ++code) {
    const RowText candidate = text_of(*classes_, channels_, code);
    if (candidate.id == id) text = candidate;
  }
  texts_.push_back(std::move(text));
  return at->second;
}

}  // namespace viaggio::map
