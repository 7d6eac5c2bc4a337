// Trains on rows in memory, as `talweg train` does on a file of them, and uses what was learned.
#include <cmath>
#include <cstdio>

#include <talweg/training.hpp>

int main() {
  // Rent by size and district: two numbers are missing, as they are in life.
  const double unknown = std::nan("");
  const talweg::data::Table flats = talweg::data::table_of({
      talweg::data::numbers("size", {35, 48, 52, 60, unknown, 75, 80, 92, 41, 58, 66, unknown}),
      talweg::data::texts("district", {"old town", "harbour", "old town", "harbour", "hill", "hill", "old town",
                                       "harbour", "hill", "old town", "hill", "harbour"}),
      talweg::data::numbers("rent", {620, 700, 890, 850, 905, 980, 1290, 1240, 600, 960, 880, 870}),
  });
  const talweg::api::TrainReport report = talweg::api::train({.file = flats, .target = "rent", .model = "linear"});
  std::printf("%s\n", report.message.c_str());

  const talweg::LoadedModel model(report.model);
  const talweg::Predictions rents = model.predict_table(talweg::data::table_of({
      talweg::data::texts("district", {"old town", "hill"}),
      talweg::data::numbers("size", {70, 70}),
  }));
  std::printf("70 square metres: %.0f in the old town, %.0f on the hill\n", rents[0], rents[1]);
  return report.usable() && rents[0] > rents[1] ? 0 : 1;
}
