#include "talweg/base/spec.hpp"

#include <gtest/gtest.h>

#include <array>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

template <class F> std::string message(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(SpecGrammar, TakesATextApart) {
  const std::string text = " mlp : 64 , 32 , activation = tanh ";
  const Spec spec = Spec::read(text);
  EXPECT_EQ(spec.name, "mlp");
  EXPECT_EQ(spec.head, "mlp : 64");
  EXPECT_TRUE(spec.colon);
  ASSERT_EQ(spec.pieces.size(), 3u);
  EXPECT_EQ(spec.variant(), "64");
  EXPECT_EQ(spec.pieces[1].text, "32");
  EXPECT_FALSE(spec.pieces[1].option);
  EXPECT_EQ(spec.pieces[2].key, "activation");
  EXPECT_EQ(spec.pieces[2].value, "tanh");
  EXPECT_EQ(spec.options().size(), 2u);
  EXPECT_TRUE(spec.has("activation"));
  for (const auto& piece : spec.pieces) EXPECT_EQ(text.substr(piece.at, piece.text.size()), piece.text);
}

TEST(SpecGrammar, WhatIsNotThereIsEmpty) {
  for (const char* text : {"", "adam", " adam "}) {
    const Spec spec = Spec::read(text);
    EXPECT_TRUE(spec.pieces.empty() && spec.variant().empty() && spec.options().empty() && !spec.colon);
  }
  const Spec options = Spec::read("cosine,warmup=1");
  EXPECT_EQ(options.variant(), "");
  EXPECT_EQ(options.options().size(), 1u);
  EXPECT_EQ(options.head, "cosine");
  EXPECT_EQ(Spec::read("adam:").variant(), "");
  EXPECT_TRUE(Spec::read("adam:").colon);
  EXPECT_EQ(Spec::read("adam,a=b=c").pieces[0].value, "b=c");
}

TEST(SpecGrammar, RefusesWithItsPlace) {
  const auto refused = [](std::string_view text) {
    return message([&] {
      std::vector<std::string_view> given;
      const Spec spec = Spec::read(text);
      for (const auto& piece : spec.options()) {
        require_option("adam", piece);
        take_once("adam", piece.key, given);
      }
    });
  };
  EXPECT_EQ(refused("adam,lr=1"), "");
  EXPECT_EQ(refused("adam,lr"), "adam: 'lr' must be written key=value");
  EXPECT_EQ(refused("adam,,lr=1"), "adam: '' must be written key=value; nothing stands before character 6");
  EXPECT_EQ(refused("adam,lr=1,lr=2"), "adam: lr is given twice");
}

TEST(SpecGrammar, WritesWhatItReads) {
  const std::string text =
      SpecWriter("mlp").word("64").word("").word("32").option("activation", "tanh").option("l2", "0.1").take();
  EXPECT_EQ(text, "mlp:64,32,activation=tanh,l2=0.1");
  const Spec spec = Spec::read(text);
  SpecWriter again(spec.name);
  for (const auto& piece : spec.pieces) piece.option ? again.option(piece.key, piece.value) : again.word(piece.text);
  EXPECT_EQ(again.take(), text);
  EXPECT_EQ(SpecWriter("sgd").option("learning_rate", "1").take(), "sgd,learning_rate=1");
}

TEST(SpecGrammar, RefusalsNameWhatIsNear) {
  constexpr std::array<std::string_view, 2> known{"paper", "keras"};
  EXPECT_EQ(message([&] { refuse_variant("optimizer adam", "papr", known); }),
            "optimizer adam: variant 'papr' is not known; did you mean 'paper'? the variants are paper and keras");
  EXPECT_EQ(message([&] { refuse_variant("optimizer lbfgs", "papr", {}); }),
            "optimizer lbfgs: variant 'papr' is not known; it has none");
  EXPECT_EQ(message([&] { refuse_key("x", "zzz", known); }), "x: key 'zzz' is not known; it reads paper and keras");
}

TEST(SpecGrammar, NamesAreComparedWithoutTheirSpelling) {
  for (const char* name : {"L-BFGS-B", "lbfgsb", "l_bfgs_b", " LBFGS-B "}) EXPECT_EQ(folded(name), "lbfgsb");
  EXPECT_EQ(folded("Rprop-"), "rprop-");
  EXPECT_EQ(folded("iRprop+"), "irprop+");
  EXPECT_EQ(folded("heavy ball"), "heavyball");
}

}  // namespace
}  // namespace talweg
