#include "talweg/api/use/export.hpp"

#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/use/request.hpp"

namespace {

struct Asked {
  talweg::api::ExportRequest request;
  Documents documents;
};

int run(const Asked& a) {
  if (a.request.model.empty())
    throw talweg::Error("a model file is needed: talweg export digits.talweg --output digits.onnx");
  const std::string place = a.documents.on_stdout() ? "-" : a.documents.output;
  talweg::api::export_model(*talweg::train::load_model(a.request.model), place, a.documents.format);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg export digits.talweg --output digits.onnx
  talweg export digits.talweg --output digits.npz
  talweg export digits.talweg --format json

Writes a trained model for other programs, with all that predicting needs: scaling, missing values, categories, classes
and units. ONNX takes the columns of the file as its inputs and gives what predict gives; npz holds the arrays for
numpy.load, JSON the same as text. Models with hashed features are no ONNX: write npz or JSON. docs/export.md has the
names.)";

}  // namespace

Command export_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, talweg::api::ExportRequest::options());
  add_options(command.options, a->documents,
              document_options({.format = "onnx, npz or json (by the ending of --output)",
                                .output = "write it here, all of it or nothing; standard output otherwise"}));
  command.run = [a] { return run(*a); };
  return command;
}
