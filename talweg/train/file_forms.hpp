#pragma once
#include <string>
#include <string_view>

#include "talweg/base/archive_form.hpp"

/// What every file that talweg writes holds, in one place. A new entry is a line here: files with entries that stand
/// here nowhere are refused.
namespace talweg::train {

const ArchiveForm& model_form();          ///< TrainedModel
const ArchiveForm& sparse_model_form();   ///< online::StreamModel
const ArchiveForm& factorization_form();  ///< SavedFactorization

/// Kinds of checkpoints: what the loop and a learner write together.
inline constexpr std::string_view checkpoint_of_batches = "checkpoint of mini-batches",
                                  checkpoint_of_full_batch = "checkpoint of full-batch training",
                                  checkpoint_of_l1 = "checkpoint of full-batch training with l1",
                                  checkpoint_of_stream = "checkpoint of a stream",
                                  checkpoint_of_ratings = "checkpoint of ratings",
                                  checkpoint_of_minimize = "checkpoint of a minimisation",
                                  checkpoint_of_minimize_batches = "checkpoint of a minimisation in mini-batches";
/// nullptr for another kind.
const ArchiveForm* checkpoint_form(std::string_view kind);

/// "a model of a table", "a checkpoint of a stream": for messages to whoever gives one where another is wanted.
std::string what_it_holds(const Archive& archive);

}  // namespace talweg::train
