// npz and JSON: read by code of the tests' own, and the numbers are those of the model to the last bit.
#include <bit>
#include <cstring>

#include <gtest/gtest.h>
#include <zlib.h>
#include <nlohmann/json.hpp>

#include "interchange/sample_models.hpp"
#include "talweg/api/model.hpp"
#include "talweg/base/error.hpp"
#include "talweg/interchange/export.hpp"
#include "talweg/interchange/utf8.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/train/network_file.hpp"

namespace talweg::interchange {
namespace {

using namespace talweg::testing;
using Json = nlohmann::json;

std::string written(const models::SavedModel& model, Format format) {
  std::string out;
  write(model, format, [&](std::string_view piece) { out += piece; });
  return out;
}

template <class T> T at(const std::string& bytes, std::size_t place) {
  T value{};
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

/// The members of a zip that stores them: found by the directory at its end, compared with the headers before them.
std::map<std::string, std::string> members(const std::string& zip) {
  std::map<std::string, std::string> out;
  const std::size_t end = zip.size() - 22;
  EXPECT_EQ(zip.substr(end, 4), "PK\x05\x06");
  const auto count = at<std::uint16_t>(zip, end + 10);
  std::size_t entry = at<std::uint32_t>(zip, end + 16);
  EXPECT_EQ(entry + at<std::uint32_t>(zip, end + 12), end);
  for (int k = 0; k < count; ++k) {
    EXPECT_EQ(zip.substr(entry, 4), std::string("PK\x01\x02"));
    EXPECT_EQ(at<std::uint16_t>(zip, entry + 10), 0) << "is stored";
    EXPECT_EQ(at<std::uint32_t>(zip, entry + 12), 0x210000u) << "1 January 1980, midnight";
    const auto size = at<std::uint32_t>(zip, entry + 24), name_size = at<std::uint32_t>(zip, entry + 28) & 0xffff;
    const std::string name = zip.substr(entry + 46, name_size);
    const std::size_t local = at<std::uint32_t>(zip, entry + 42);
    EXPECT_EQ(zip.substr(local, 4), std::string("PK\x03\x04"));
    EXPECT_EQ(zip.substr(local + 4, 26), zip.substr(entry + 6, 26));
    EXPECT_EQ(zip.substr(local + 30, name_size), name);
    const std::string bytes = zip.substr(local + 30 + name_size, size);
    EXPECT_EQ(at<std::uint32_t>(zip, entry + 16),
              crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())))
        << name;
    EXPECT_TRUE(out.emplace(name, bytes).second) << name;
    entry += 46 + name_size;
  }
  EXPECT_EQ(entry, end);
  return out;
}

struct Npy {
  std::string type, shape, numbers;
};

Npy read_npy(const std::string& bytes) {
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\0", 8));
  const std::size_t size = at<std::uint16_t>(bytes, 8);
  EXPECT_EQ((10 + size) % 64, 0u);
  const std::string dict = bytes.substr(10, size);
  EXPECT_EQ(dict.back(), '\n');
  const auto between = [&](const std::string& before, const std::string& after) {
    const std::size_t from = dict.find(before) + before.size();
    return dict.substr(from, dict.find(after, from) - from);
  };
  EXPECT_TRUE(contains(dict, "'fortran_order': False"));
  return {between("'descr': '", "'"), between("'shape': (", ")"), bytes.substr(10 + size)};
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string out;
  for (const auto n : shape) out += std::to_string(n) + ",";
  return out;
}

/// A row of nested lists as the numbers in it.
void flatten(const Json& list, std::vector<double>& out) {
  for (const Json& one : list) one.is_array() ? flatten(one, out) : out.push_back(one.get<double>());
}

template <class T> std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

void check(const Sample& sample) {
  SCOPED_TRACE(sample.name);
  const Contents contents = contents_of(*sample.model);
  const auto files = members(written(*sample.model, Format::npz));
  const Json json = Json::parse(written(*sample.model, Format::json));
  EXPECT_EQ(files.size(), contents.arrays.size() + 1);
  EXPECT_EQ(json.at("arrays").size(), contents.arrays.size());
  for (const Array& array : contents.arrays) {
    SCOPED_TRACE(array.name);
    const Npy npy = read_npy(files.at(array.name + ".npy"));
    EXPECT_EQ(npy.shape, shape_text(array.shape));
    std::vector<double> listed;
    flatten(json.at("arrays").at(array.name), listed);
    std::visit(
        [&](const auto& values) {
          EXPECT_TRUE(npy.numbers == raw(values));
          EXPECT_EQ(npy.type, sizeof values[0] == 4                                          ? "<f4"
                              : std::is_integral_v<std::remove_cvref_t<decltype(values[0])>> ? "<i8"
                                                                                             : "<f8");
          ASSERT_EQ(listed.size(), values.size());
          for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_EQ(std::bit_cast<std::uint64_t>(listed[i]), std::bit_cast<std::uint64_t>(double(values[i])));
        },
        array.values);
  }
  Json about = json;
  about.erase("arrays");
  const Npy text = read_npy(files.at("about.npy"));
  EXPECT_EQ(text.shape, "");
  EXPECT_EQ(text.type, "<U" + std::to_string(text.numbers.size() / 4));
  std::string characters;
  for (std::size_t i = 0; i < text.numbers.size(); i += 4) {
    const auto c = at<std::uint32_t>(text.numbers, i);  // the texts here have no more than two bytes a character
    c < 128 ? characters += static_cast<char>(c)
            : characters += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
  }
  EXPECT_EQ(Json::parse(characters), about);
}

TEST(Arrays, NpzAndJsonHoldEveryNumberOfEveryKindOfModel) {
  const Folder folder;
  for (const Sample& sample : samples(folder)) check(sample);
}

TEST(Arrays, ThoseOfANetworkHaveTheNamesOfItsParameters) {
  const Folder folder;
  const auto network = nn::mlp<float>({.inputs = 2, .outputs = 3, .hidden = {4}, .activation = "tanh"});
  save_network(network, folder / "m", {.columns = {"a", "b"}, .classes = {"x", "y", "z"}});
  const Json json = Json::parse(written(load_model(folder / "m").details(), Format::json));
  EXPECT_EQ(json.at("layers"), Json::parse(R"([{"weight": "dense1.weight", "bias": "dense1.bias", "activation": "tanh"},
                                               {"weight": "dense2.weight", "bias": "dense2.bias", "activation": "identity"}])"));
  EXPECT_EQ(json.at("output").at("classes"), Json::parse(R"(["x", "y", "z"])"));
  EXPECT_EQ(json.at("features").at(1), Json::parse(R"({"name": "b", "kind": "number"})"));
  EXPECT_EQ(json.at("arrays").at("dense2.weight").size(), 4u);
  EXPECT_EQ(json.at("arrays").at("dense2.weight").at(0).at(2).get<double>(), double(network.values()[4 * 3 + 2]));
}

TEST(Arrays, NegativeZeroKeepsItsSign) {
  const Contents contents{{{"kind", "\"none\""}}, {{"zeros", {2}, std::vector<double>{-0.0, 0.0}}}};
  std::string out;
  write_json(contents, [&](std::string_view piece) { out += piece; });
  EXPECT_EQ(out, "{\n\"kind\": \"none\",\n\"arrays\": {\n\"zeros\": [-0.0, 0]\n}\n}\n");
}

TEST(Arrays, EmptyOnesAreLists) {
  const Contents contents{{}, {{"none", {0, 3}, std::vector<float>{}}}};
  std::string out;
  write_json(contents, [&](std::string_view piece) { out += piece; });
  EXPECT_EQ(Json::parse(out), Json::parse(R"({"arrays": {"none": []}})"));
}

TEST(Utf8, IsReadCharacterByCharacter) {
  EXPECT_EQ(decode_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), U"a\u00e9\u20ac\U0001f600");
  for (const char* wrong :
       {"\xe9", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x80", "\xe2\x82"})
    EXPECT_FALSE(decode_utf8(wrong)) << wrong;
}

TEST(Export, FormatsAreNamedOrFollowFromTheEnding) {
  EXPECT_EQ(parse_format("npz"), Format::npz);
  EXPECT_EQ(format_of("a/b.json"), Format::json);
  EXPECT_EQ(format_of("onnx.npz"), Format::npz);
  EXPECT_EQ(message_of<Error>([] { parse_format("onx"); }), "unknown format 'onx': did you mean 'onnx'?");
  EXPECT_EQ(message_of<Error>([] { parse_format("csv"); }),
            "unknown format 'csv': a model is exported as onnx, npz or json");
  EXPECT_EQ(message_of<Error>([] { format_of("model.bin"); }),
            "which format is meant is not said: give format (onnx, npz or json), or a name that ends in .onnx, .npz or "
            ".json, which 'model.bin' does not");
}

TEST(Export, AModelInMemoryIsWrittenWholeOrNotAtAll) {
  const Folder folder;
  save_network(nn::mlp({.inputs = 2}), folder / "m", {.columns = {"caf\xe9", "b"}});
  const LoadedModel model = load_model(folder / "m");
  for (const char* name : {"x.onnx", "x.npz", "x.json"})
    EXPECT_TRUE(contains(message_of<Error>([&] { model.export_to(folder / name); }), "is no UTF-8"));
  EXPECT_EQ(folder.count(), 1u);
  save_network(nn::mlp({.inputs = 2}), folder / "m");
  load_model(folder / "m").export_to(folder / "x.json");
  load_model(folder / "m").export_to(folder / "y", "json");
  EXPECT_EQ(Json::parse(std::ifstream(folder / "x.json")), Json::parse(std::ifstream(folder / "y")));
  EXPECT_TRUE(contains(message_of<Error>([&] { model.export_to("/dev/full", "npz"); }), "is no UTF-8"));
}

}  // namespace
}  // namespace talweg::interchange
