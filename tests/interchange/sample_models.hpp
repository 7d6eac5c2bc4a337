#pragma once
#include <memory>
#include <string>
#include <vector>

#include "support/files.hpp"
#include "talweg/train/load_model.hpp"
#include "talweg/training.hpp"

/// Small models of every kind, with the rows that they predict.
namespace talweg::testing {

struct Sample {
  std::string name;
  std::shared_ptr<const models::SavedModel> model;
  std::string rows;  ///< the path of rows to predict
};

inline std::shared_ptr<const models::SavedModel> trained(api::TrainRequest request) {
  request.seed = 3;
  return api::train(request).model;
}

/// Numbers far from 1, missing ones, texts with everything that texts may have, unknown ones in the rows to predict.
inline std::string people(const Folder& folder, const std::string& name, bool odd) {
  const std::vector<std::string> cities{"Bonn", "\"Sankt Goar, am Rhein\"", "K\xc3\xb6ln", "",
                                        odd ? "Atlantis" : "Bonn"};
  std::string text = "name,age,prediction,city,wage,bought,grade,visits\n";
  for (int i = 0; i < 60; ++i) {
    const int age = 18 + i * 7 % 60, wage = 1000000 + i * 37 % 500;
    text += "p" + std::to_string(i) + "," + (i % 7 == 3 ? "" : std::to_string(age)) + "," + std::to_string(i * i % 11) +
            "e-3," + cities[static_cast<std::size_t>(i) % cities.size()] + "," + std::to_string(wage) + "," +
            (age + i % 5 * 6 > 50 ? "yes" : "no") + "," + std::to_string(1 + i % 4 / 2 + i % 3 / 2) + "," +
            std::to_string(age / 9 + i % 3) + "\n";
  }
  return put(folder / name, text);
}

inline std::string indexed(const Folder& folder, const std::string& name, int base, bool odd) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += i % 3 == i % 2 ? "1" : "-1";
    for (int k = 0; k < 4; ++k)
      text += " " + std::to_string(base + 7 * k + i * (k + 3) % 7) + ":" + std::to_string(0.25 * (1 + (i + k) % 5));
    text += odd && i % 8 == 0 ? " 90:2.5\n" : "\n";
  }
  return put(folder / name, text);
}

inline std::string images(const Folder& folder, const std::string& name) {
  std::string bytes("\0\0\x08\x03\0\0\0\x28\0\0\0\2\0\0\0\2", 16);
  for (int i = 0; i < 160; ++i) bytes += static_cast<char>(i * i % 251);
  return put(folder / name, bytes);
}

inline std::string labels(const Folder& folder, const std::string& name) {
  std::string bytes("\0\0\x08\1\0\0\0\x28", 8);
  for (int i = 0; i < 40; ++i) bytes += static_cast<char>(i % 3);
  return put(folder / name, bytes);
}

inline std::string ratings(const Folder& folder, const std::string& name, int users) {
  std::string text = "who,what,stars\n";
  for (int u = 0; u < users; ++u)
    for (int i = 0; i < 9; ++i)
      if ((u + i) % 3 != 0)
        text += "u" + std::to_string(u) + ",film " + std::to_string(i + (u > 11 ? 3 : 0)) + "," +
                std::to_string(1 + (u * i + i) % 5) + "\n";
  return put(folder / name, text);
}

/// One of each kind; hashed ones are the last two.
inline std::vector<Sample> samples(const Folder& folder) {
  std::vector<Sample> out;
  const std::string known = people(folder, "people.csv", false), others = people(folder, "others.csv", true);
  const auto table = [&](const std::string& name, const std::string& target, const std::string& model,
                         api::TrainRequest more) {
    more.file = known, more.target = target, more.model = model;
    more.ignore = {"name"};
    for (const char* column : {"wage", "bought", "grade", "visits"})
      if (column != target) more.ignore.push_back(column);
    out.push_back({name, trained(more), others});
  };
  api::TrainRequest few;
  few.epochs = 4;
  few.validation = data::Input("0");
  const auto with_loss = [&](const std::string& loss) {
    api::TrainRequest r = few;
    r.loss = loss;
    return r;
  };
  table("linear", "wage", "linear", {});
  table("poisson", "visits", "linear", with_loss("poisson"));
  table("logistic", "bought", "logistic", {});
  table("hinge", "bought", "mlp:5", with_loss("hinge"));
  table("softmax", "grade", "softmax", {});
  table("network", "grade", "mlp:5,4,activation=tanh,dropout=0.2", few);
  table("huber", "wage", "mlp:5,activation=gelu", with_loss("huber"));
  api::TrainRequest pictures = few;
  pictures.file = images(folder, "images"), pictures.target = labels(folder, "labels"), pictures.model = "mlp:3";
  out.push_back({"images", trained(pictures), folder / "images"});
  pictures.ignore = {"pixel2"};
  out.push_back({"some pixels", trained(pictures), folder / "images"});
  for (const int base : {0, 1}) {
    const std::string at = std::to_string(base);
    const std::string rows = indexed(folder, "rows" + at, base, false), more = indexed(folder, "more" + at, base, true);
    const auto sparse = [&](const std::string& name, const std::string& model, api::TrainRequest r) {
      r.file = rows, r.model = model;
      out.push_back({name + at, trained(r), more});
    };
    api::TrainRequest stream, scaled = few;
    stream.optimizer = "ftrl,alpha=0.5,l1=0.05";
    scaled.standardize = true;
    sparse("sparse", "logistic", {});
    sparse("sparse network", "mlp:4", few);
    sparse("scaled sparse network", "mlp:4", scaled);
    sparse("stream", "logistic", stream);
  }
  const std::string stars = ratings(folder, "stars.csv", 12), pairs = ratings(folder, "pairs.csv", 15);
  for (const char* options : {"", ",biases=false", ",clip=true"}) {
    api::TrainRequest r;
    r.file = stars, r.model = std::string("mf:2") + options, r.columns = "who,what,stars";
    out.push_back({"ratings" + std::string(options), trained(r), pairs});
  }
  api::TrainRequest hashed;
  hashed.optimizer = "ftrl,alpha=0.5,l1=0.05", hashed.stream.hash_bits = "8", hashed.model = "logistic";
  hashed.file = folder / "rows1";
  out.push_back({"hashed rows", trained(hashed), folder / "more1"});
  hashed.file = known, hashed.target = "bought", hashed.stream.crosses = {"city,grade"};
  out.push_back({"hashed table", trained(hashed), others});
  return out;
}

}  // namespace talweg::testing
