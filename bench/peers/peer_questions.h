#pragma once
// Questions that Viaggio and SQL can both say, five of a kind, from a seed; and the answers as one
// shape, so that they can be compared number by number. Pure.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "invented_shop.h"
#include "peers/peer.h"

namespace viaggio::bench {

// What is counted -> the number; zeros are left out. The parts of a key are separated by tabs.
using Figures = std::map<std::string, double>;

struct PeerQuestion {
  std::string kind;         // of Viaggio's question
  nlohmann::json question;  // as Viaggio is asked
  std::string file;         // the SQL file of each peer
  Parameters parameters;    // of that file
};

inline constexpr const char* kPeerKinds[] = {"funnel", "transitions", "retention", "paths",
                                             "stages", "attribution", "trend"};

std::vector<PeerQuestion> peer_questions(const std::string& kind, std::uint64_t seed,
                                         std::size_t count);
// Stage models that questions of the kind `stages` name: (id, document).
std::vector<std::pair<std::string, nlohmann::json>> peer_stage_models();

Figures figures_of(const PeerQuestion& question, const nlohmann::json& answer);
// The last field of a row is the number, those before it the key; rows of one key add up.
Figures figures_of(const Rows& rows);
// Empty when equal: counts exactly, shares of credit to one part in a billion.
std::string difference(const Figures& viaggio, const Figures& peer);

}  // namespace viaggio::bench
