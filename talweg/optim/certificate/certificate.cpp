#include "talweg/optim/certificate/certificate.hpp"

namespace talweg {

std::string_view name(Certificate::Kind kind) {
  switch (kind) {
    case Certificate::Kind::minimum:
      return "minimum";
    case Certificate::Kind::flat:
      return "flat";
    case Certificate::Kind::saddle:
      return "saddle";
    case Certificate::Kind::maximum:
      return "maximum";
    case Certificate::Kind::unchecked:
      break;
  }
  return "unchecked";
}

}  // namespace talweg
