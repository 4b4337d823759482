#include "journey/stages/templates.h"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "classify/kinds.h"
#include "journey/stages/fold.h"
#include "timeline/timeline.h"

namespace viaggio::journey {
namespace {

using nlohmann::json;

struct Act {
  int day;
  std::string name;
  std::string properties = "{}";
};

// The stages that one customer passes through, by id, under a template.
class Staged {
 public:
  std::vector<std::string> of(const std::string& id, const std::vector<Act>& acts) {
    for (const json& t : stage_templates()) {
      if (t["id"] == id) return fold(t, acts);
    }
    ADD_FAILURE() << id;
    return {};
  }

 private:
  std::vector<std::string> fold(const json& document, const std::vector<Act>& acts) {
    const auto model = read_stage_model(document);
    EXPECT_TRUE(model) << (model ? "" : model.error().field + " " + model.error().detail);
    if (!model) return {};
    classify::KindTable kinds;
    timeline::Timeline timeline{timeline::Options{}};
    std::vector<timeline::Placement> placed;
    std::vector<std::string> texts;
    for (const Act& act : acts) {
      EventKind kind;
      kind.name = act.name;
      bool fresh = false;
      timeline::Placement p;
      p.customer = 1;
      p.event.time = act.day * kDay;
      p.event.sequence = placed.size() + 1;
      p.event.kind = kinds.intern(kind, fresh);
      placed.push_back(p);
      texts.push_back("{\"properties\":" + act.properties + "}");
    }
    timeline.add(placed, placed.size());
    select::Columns columns(
        [&](Sequence from, Sequence to,
            const std::function<void(Sequence, std::string_view)>& each) -> Status {
          for (Sequence s = std::max<Sequence>(from, 1); s <= to && s <= texts.size(); ++s)
            each(s, texts[s - 1]);
          return {};
        });
    auto classes = std::make_shared<classify::Classification>();
    classes->kinds = kinds.list(kinds.size());
    classes->touchpoints.push_back({"all", {}, "", "", "", ""});
    classes->channels.push_back({"all", {}});
    classes->touchpoint.resize(kinds.size());
    classes->own_channel.resize(kinds.size());
    classes->inherits.resize(kinds.size());
    select::Context context;
    context.snapshot = timeline.snapshot();
    context.classes = classes;
    context.columns = &columns;
    context.now = 3000 * kDay;
    context.threads = 1;
    const auto compiled = CompiledModel::compile(*model, context);
    EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().detail);
    if (!compiled) return {};
    std::vector<std::string> out;
    context.snapshot->visit_customer(1, [&](const timeline::CodeSpace& codes, const auto& run) {
      Folder folder(**compiled);
      folder.prepare(codes);
      folder.fold(run, context.now, StayEvents::bounds);
      for (const Stay& stay : folder.stays) out.push_back(model->stages[stay.stage].id);
    });
    return out;
  }
};

using Path = std::vector<std::string>;

TEST(Templates, AllAreReadableAndSayWhatTheyNeed) {
  std::set<std::string> ids;
  for (const json& t : stage_templates()) {
    const auto model = read_stage_model(t);
    ASSERT_TRUE(model) << t["id"] << " " << model.error().field << " " << model.error().detail;
    EXPECT_TRUE(ids.insert(model->id).second);
    EXPECT_FALSE(model->label.it.empty());
    EXPECT_FALSE(model->label.en.empty());
    for (const Stage& stage : model->stages) {
      EXPECT_FALSE(stage.rules.empty()) << model->id << " " << stage.id;
      EXPECT_TRUE(stage.dormancy) << model->id << " " << stage.id;
      EXPECT_FALSE(stage.sources_it.empty()) << model->id << " " << stage.id;
      EXPECT_FALSE(stage.sources_en.empty()) << model->id << " " << stage.id;
    }
  }
  EXPECT_EQ(ids.size(), 7u);
  EXPECT_EQ(stage_templates().front()["id"], kDefaultStageModel);
}

TEST(Templates, FivePhases) {
  Staged staged;
  const std::vector<Act> whole{{0, "Page Viewed"},
                               {1, "Product Viewed"},
                               {2, "Product Viewed"},
                               {3, "Product Added"},
                               {3, "Order Completed"},
                               {4, "Page Viewed"},
                               {6, "Order Delivered"},
                               {30, "Page Viewed"},
                               {31, "Survey Answered", R"({"kind":"nps","score":9})"}};
  EXPECT_EQ(staged.of("five-phases", whole),
            (Path{"awareness", "consideration", "decision", "loyalty", "advocacy"}));
  EXPECT_EQ(
      staged.of("five-phases", {{0, "Receipt Issued"}, {9, "Review Posted", R"({"rating":3})"}}),
      (Path{"decision", "loyalty"}));
  EXPECT_EQ(
      staged.of("five-phases", {{0, "Receipt Issued"}, {9, "Review Posted", R"({"rating":4})"}}),
      (Path{"decision", "advocacy"}));
  // A low score is no praise, and neither is a mail that was sent.
  EXPECT_EQ(staged.of("five-phases", {{0, "Order Completed"},
                                      {1, "Survey Answered", R"({"kind":"nps","score":8})"}}),
            (Path{"decision"}));
  EXPECT_EQ(staged.of("five-phases", {{0, "Message Sent"}, {1, "Invoice Adjusted"}}), (Path{}));
}

TEST(Templates, FilesOfOrdersAloneAreStaged) {
  Staged staged;
  const std::vector<Act> orders{
      {0, "Order Completed"}, {20, "Order Refunded"}, {40, "Order Completed"}};
  EXPECT_EQ(staged.of("five-phases", orders), (Path{"decision", "loyalty"}));
  EXPECT_EQ(staged.of("four-phases", orders), (Path{"transaction", "retention"}));
  EXPECT_EQ(staged.of("five-phases-intention", orders), (Path{"decision", "loyalty"}));
  EXPECT_EQ(staged.of("classic-linear", orders), (Path{"purchase", "repurchase"}));
  EXPECT_EQ(staged.of("five-phases-sharing", orders), (Path{"purchase", "loyalty"}));
  EXPECT_EQ(staged.of("five-phases-use", orders), (Path{"decision", "use", "loyalty"}));
  EXPECT_EQ(staged.of("contact-to-ambassador", orders), (Path{"purchase", "post-sale"}));
}

TEST(Templates, AShopWithThreeEventsIsStaged) {
  Staged staged;
  const std::vector<Act> shop{
      {0, "Product Viewed"}, {1, "Product Viewed"}, {2, "Product Added"}, {3, "Order Completed"}};
  EXPECT_EQ(staged.of("five-phases", shop), (Path{"awareness", "consideration", "decision"}));
  EXPECT_EQ(staged.of("four-phases", shop), (Path{"awareness", "engagement", "transaction"}));
  EXPECT_EQ(staged.of("five-phases-intention", shop),
            (Path{"awareness", "consideration", "intention", "decision"}));
  EXPECT_EQ(staged.of("classic-linear", shop), (Path{"need", "familiarity", "purchase"}));
  EXPECT_EQ(staged.of("five-phases-sharing", shop),
            (Path{"awareness", "consideration", "purchase"}));
  EXPECT_EQ(staged.of("five-phases-use", shop), (Path{"awareness", "consideration", "decision"}));
  EXPECT_EQ(staged.of("contact-to-ambassador", shop), (Path{"first-contact", "need", "purchase"}));
}

}  // namespace
}  // namespace viaggio::journey
