// Run files: their JSON, and every option of the requests that they set.
#include "talweg/api/run_file.hpp"
#include "fuzz.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/api/train/train.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  fuzz::expect_nothing_worse([&] {
    const api::RunFile file = api::RunFile::parse(text, "run.json");
    api::TrainRequest train;
    api::MinimizeRequest minimize;
    api::AdviseRequest advise;
    std::vector<BoundOption> of_train, of_minimize, of_advise;
    add_options(of_train, train, api::TrainRequest::options());
    add_options(of_minimize, minimize, api::MinimizeRequest::problem_options());
    add_options(of_advise, advise, api::AdviseRequest::options());
    for (const auto* options : {&of_train, &of_minimize, &of_advise})
      fuzz::expect_nothing_worse([&] {
        api::apply_run(file, *options);
        const std::string written = api::run_text(file.command, *options, "");
        const api::RunFile again = api::RunFile::parse(written, "again.json");
        if (api::run_text(again.command, *options, "") != written) std::abort();
      });
  });
  return 0;
}
