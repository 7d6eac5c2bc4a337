#pragma once
#include <string>

#include "talweg/models/saved_model.hpp"

namespace talweg::interchange {

/// A model as an ONNX file (IR 8, opset 13, and ai.onnx.ml 2 where texts or indices are looked up), preprocessing and
/// the meaning of the outputs included. All arithmetic is in double, so that raw columns of any size keep their digits.
/// Throws Error for hashed features, for a text that is no UTF-8, for names that ONNX cannot have, and beyond 2 GB.
std::string onnx_bytes(const models::SavedModel& model);

}  // namespace talweg::interchange
