#pragma once
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "talweg/models/factorization_objective.hpp"
#include "talweg/train/factorization/fit.hpp"

namespace talweg::testing {

/// The problem of tests/golden/factorization.json, made by tools/factorization_oracle.py.
struct FactorizationProblem {
  nlohmann::json golden = nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/factorization.json"));
  train::RatingRows rows{golden["user"], golden["item"], golden["rating"]};
  models::RatingMatrix matrix{golden["users"], golden["items"], rows.user, rows.item, rows.value};
  models::Penalties penalties{golden["l2"]["user"], golden["l2"]["item"], golden["l2"]["user_bias"],
                              golden["l2"]["item_bias"], golden["power"]};

  models::Factorization model(const char* start = "start") const {
    models::FactorizationSpec spec;
    spec.rank = golden["rank"];
    models::Factorization f(spec, matrix.users, matrix.items);
    for (const double v : rows.value) f.mean += v / static_cast<double>(rows.size());
    f.fallback = f.mean;
    f.low = 1, f.high = 5;
    f.parameters = golden[start].get<std::vector<double>>();
    return f;
  }
  std::vector<double> numbers(const char* key) const { return golden[key].get<std::vector<double>>(); }
};

}  // namespace talweg::testing
