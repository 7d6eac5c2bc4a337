#include "talweg/report/html/image.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <vector>

#include <zlib.h>

namespace talweg::report::html {

namespace {

using Bytes = std::vector<std::uint8_t>;

void append_number(Bytes& out, std::uint32_t v) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(v >> shift));
}

/// Length, type, data and checksum: PNG, ISO/IEC 15948, section 5.3.
void append_chunk(Bytes& out, const char* type, const Bytes& data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  for (int k = 0; k < 4; ++k) out.push_back(static_cast<std::uint8_t>(type[k]));
  out.insert(out.end(), data.begin(), data.end());
  append_number(out, static_cast<std::uint32_t>(crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin))));
}

std::string base64(const Bytes& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - k);
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < 3; ++i) v = v << 8 | (i < left ? bytes[k + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) out += i <= left ? digits[v >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

}  // namespace

std::string png_uri(std::span<const double> pixels, std::size_t width, std::size_t height) {
  assert(pixels.size() == width * height);
  Bytes raw;
  for (std::size_t y = 0; y < height; ++y) {
    raw.push_back(0);  // each line unfiltered
    for (std::size_t x = 0; x < width; ++x) {
      const double ink = pixels[y * width + x];
      raw.push_back(
          static_cast<std::uint8_t>(255 - std::lround(255 * std::clamp(std::isfinite(ink) ? ink : 0, 0.0, 1.0))));
    }
  }
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  Bytes packed(size);
  compress2(packed.data(), &size, raw.data(), static_cast<uLong>(raw.size()), 9);
  packed.resize(size);

  Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, header;
  append_number(header, static_cast<std::uint32_t>(width));
  append_number(header, static_cast<std::uint32_t>(height));
  header.insert(header.end(), {8, 0, 0, 0, 0});  // 8 bits, grey, deflate, no interlace
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", packed);
  append_chunk(png, "IEND", {});
  return "data:image/png;base64," + base64(png);
}

}  // namespace talweg::report::html
