// Schedules: every rate is a finite number and not below zero.
#include <cmath>

#include "fuzz.hpp"
#include "talweg/optim/schedule.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::expect_nothing_worse([&] {
    Schedule schedule = Schedule::parse(fuzz::text_of(bytes, size));
    schedule.set_run_length(7);
    for (const std::int64_t t : {1, 2, 3, 6, 7, 8, 100, 1'000'000}) {
      const double rate = scheduled_rate(schedule, {}, 0.1, t);
      fuzz::require(std::isfinite(rate) && rate >= 0);
    }
  });
  return 0;
}
