/// @file
/// The flat vectors of a training when its depth changes, and the state to go back to.
#pragma once

#include <resdyn/depth/depth_rule.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn {

/// What a change of depth must carry over, and what an undone one puts back.
template <class Scalar>
struct TrainingVectors {
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    Parameters parameters;
    Parameters mean;     ///< optimiser's memory …
    Parameters squares;  ///< … empty for Sgd.
};

/// The vectors for the same shape with `depth` layers. Shared weights: the same vectors. Own
/// weights: the last layers go with their numbers; a new layer is a copy of the last one, of which
/// the optimiser remembers nothing. With keep_time instead: layer k is the one in whose step the
/// middle of step k lies (evenly_spread), with its numbers.
template <class Scalar>
TrainingVectors<Scalar> with_depth(const NetworkShape& shape, TrainingVectors<Scalar> vectors,
                                   Index depth, bool keep_time = false);

}  // namespace resdyn
