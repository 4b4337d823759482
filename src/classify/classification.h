#pragma once
// Channel and touchpoint of every kind of event, under one revision of the rules. Immutable; built
// by Classifier from the kinds and the rules, so an edited rule re-classifies all history by
// building this small table anew. Web events inherit the channel of their session's first event.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "classify/kinds.h"

namespace viaggio::classify {

struct Label {
  std::string it, en;
};

struct Touchpoint {
  std::string id;
  Label label;
  std::string group;  // online | fisico | assistenza
  std::string icon;
  std::string channel;  // its usual channel
  std::string owner;
};

struct Channel {
  std::string id;
  Label label;
};

struct Classification {
  std::vector<Touchpoint> touchpoints;     // index = code
  std::vector<Channel> channels;           // index = code
  std::vector<std::uint16_t> touchpoint;   // by kind
  std::vector<std::uint16_t> own_channel;  // by kind, of the event alone
  std::vector<std::uint8_t> inherits;   // by kind: takes the channel of the session's first event
  std::vector<const EventKind*> kinds;  // by kind

  std::uint16_t channel(KindId kind, KindId entry) const {
    return inherits[kind] != 0 ? own_channel[entry] : own_channel[kind];
  }
};

}  // namespace viaggio::classify
