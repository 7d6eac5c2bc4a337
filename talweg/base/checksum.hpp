#pragma once
#include <cstdint>
#include <string_view>

namespace talweg {

/// CRC-32 (ISO-HDLC, the one of gzip and PNG): finds every error within 32 neighbouring bits, so every changed byte.
std::uint32_t checksum(std::string_view bytes);

}  // namespace talweg
