#pragma once
#include <string>

#include "talweg/api/resumed.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/base/archive.hpp"
#include "talweg/optim/schedule.hpp"
#include "talweg/train/checkpoint.hpp"

/// A run that can be taken up again: what must agree with the one that wrote the checkpoint.
namespace talweg::api {

/// What says, among the settings of a checkpoint as "data", that a file is the one that the run began with.
std::string data_text(const data::Input& file);

/// Takes over what decides the result. Throws Error for an option that was given and differs; more epochs may be asked
/// for.
void take_over(TrainRequest& request, const Archive& checkpoint);

/// More epochs than before would be another run where the schedule spans them all. Throws Error then.
void refuse_longer_schedule(const TrainRequest& request, const Archive& checkpoint, const Schedule& schedule);

/// Where and how often; throws Error for options that do not go together.
train::CheckpointPlan checkpoint_plan(const TrainRequest& request);

/// The limit of time within an iteration of a deterministic method: none where a checkpoint is to be written at the
/// end, which is between two iterations.
double seconds_within(const TrainRequest& request);

/// What a run writes into the folder of its checkpoints.
std::vector<std::string> checkpoint_files(const std::string& folder);

}  // namespace talweg::api
