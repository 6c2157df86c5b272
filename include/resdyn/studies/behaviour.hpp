/// @file
/// What a network does with its inputs, in the terms of its residuals: what each unit looks at and
/// whom it helps, how the classes part over the layers, what becomes of the decision if the block
/// is repeated beyond the last layer, and the stories of two inputs, a typical one and the closest
/// call. Observed on data, in double arithmetic; what is proved of the network without data stands
/// in proofs.hpp.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/transient/input_story.hpp>
#include <resdyn/transient/long_run.hpp>
#include <resdyn/transient/unit_fields.hpp>

namespace resdyn {

struct BehaviourOptions {
    Index samples = 1000;           ///< inputs followed, drawn by class, >= 1.
    Index layers = 100000;          ///< depth that the long run aims at, >= 1.
    double multiplications = 5e10;  ///< work of the long run; it ends earlier where this is spent.
    Index per_decade = 10;          ///< depths looked at in each factor of ten, 1 … 1000.
    std::uint64_t seed = 1;         ///< of the draw of inputs.
    int threads = 0;                ///< 0: all processors. The result does not depend on it.
};

struct Behaviour {
    std::vector<Index> samples;  ///< which samples of the data's source were followed.
    UnitFields units;
    ClassResiduals classes;
    std::optional<LongRun> beyond;    ///< shared weights, bounded f, read-out of 2 classes or more.
    std::vector<InputStory> stories;  ///< typical, closest; needs a read-out of 2 classes or more.
};

/// The samples of stories and of `beyond` are named as in `samples`.
/// data must fit the network (its width and classes). Throws std::invalid_argument otherwise.
Behaviour behaviour(const ResidualNetwork& network, const Dataset& data,
                    const BehaviourOptions& options = {});

}  // namespace resdyn
