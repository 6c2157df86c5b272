/// @file
/// How far one network does what another does, on the same samples: the class, the probabilities,
/// and the stream layer by layer.
///
/// Method: both networks run side by side in float32 (layer_sweep.hpp). The distance after a layer
/// is held against the way that the original's stream has gone by then, Σ_{k<n} ‖x_{k+1} − x_k‖₂:
/// the ratio of the two means over samples, with the error of a ratio to first order (delta
/// method). What it can miss: networks may agree in every class and go other ways; a distance in x
/// says nothing of directions that the read-out does not see.
/// Reference: W. G. Cochran, Sampling Techniques, 1977, chapter 6 (ratios).
#pragma once

#include <vector>

#include <resdyn/model/parameters.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

/// A layer of one network and its counterpart in another: x after so many layers.
struct LayerPair {
    Index layer = 0;
    Index of_original = 0;
};

/// The layers of `other`, from 1 to L̂, that have a counterpart in the original: n = kL/L̂ where
/// that is whole (the last layer's always is). Empty where states cannot be compared: one of the
/// two is a perceptron, whose states are residuals, or they differ in units.
std::vector<LayerPair> matched_layers(const NetworkShape& original, const NetworkShape& other);

/// The distance of the streams after a layer.
struct StreamDistance {
    LayerPair layers;
    MeanWithError distance;  ///< ‖x̂ − x‖₂, mean over samples.
    MeanWithError way;       ///< of the original until then, likewise.
    MeanWithError relative;  ///< distance over way; NaN where the original does not move.
};

struct NetworkAgreement {
    Proportion agreement;          ///< samples that both give the same class.
    Proportion original_accuracy;  ///< samples that the original classifies right …
    Proportion accuracy;           ///< … and the other.
    MeanWithError accuracy_gain;   ///< of the other over the original, paired by sample.
    MeanWithError divergence;      ///< KL of the other's probabilities from the original's, nats.
    std::vector<StreamDistance> by_layer;  ///< of matched_layers.
};

/// inputs: D×B; labels: B classes in 0 … C−1. Throws std::invalid_argument where the networks
/// differ in data or classes, or have no read-out. threads 0: all; never changes a result.
NetworkAgreement agreement(const Network& original, const Network& other,
                           const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels,
                           int threads = 0);

/// Root mean square over samples of the whole way, Σ ‖x_{n+1} − x_n‖₂. inputs: D×B.
double root_mean_square_way(const Network& network, const Eigen::MatrixXf& inputs, int threads = 0);

}  // namespace resdyn
