#include "talweg/base/sha256.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace talweg {
namespace {

std::string digest(std::string_view bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.hex();
}

/// The examples of FIPS 180-4 and of NIST's cryptographic standards page.
TEST(Sha256, AgreesWithTheVectorsOfNist) {
  EXPECT_EQ(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(
      digest("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqr"
             "stnopqrstu"),
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(digest(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesDoNotMatter) {
  const std::string bytes(200, 'q');
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Sha256 sha;
    sha.add(std::string_view(bytes).substr(0, cut));
    sha.hex();
    sha.add(std::string_view(bytes).substr(cut));
    ASSERT_EQ(sha.hex(), digest(bytes)) << cut;
  }
}

TEST(Sha256, NumbersAreLittleEndianDoubles) {
  Sha256 sha;
  sha.add(std::vector<double>{1, -2});
  EXPECT_EQ(sha.hex(), digest(std::string_view("\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0", 16)));
}

TEST(Sha256, GoesOnFromWhereItStood) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>('a' + i % 26);
  for (std::size_t cut = 0; cut <= text.size(); cut += 7) {
    Sha256 whole, first, second;
    whole.add(text);
    first.add(std::string_view(text).substr(0, cut));
    ASSERT_TRUE(second.load(first.save()));
    EXPECT_EQ(second.save(), first.save());
    second.add(std::string_view(text).substr(cut));
    EXPECT_EQ(second.hex(), whole.hex()) << cut;
  }
  Sha256 kept;
  kept.add("x");
  const std::string before = kept.hex();
  EXPECT_FALSE(kept.load("short"));
  EXPECT_EQ(kept.hex(), before);
}

}  // namespace
}  // namespace talweg
