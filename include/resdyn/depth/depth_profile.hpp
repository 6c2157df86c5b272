/// @file
/// What a trained network is worth at every depth, from one pass over labelled data: the read-out
/// of x_n beside the whole network's, and how far the residuals have settled. And what it loses
/// when single layers go.
///
/// Method: one float32 sweep for all depths, one more for each lesion. What it can miss: the
/// read-out was trained for x_L; another, trained for x_n, may do better there (see
/// transient/separability.hpp). Reference: lesions after A. Veit, M. Wilber, S. Belongie, Residual
/// networks behave like ensembles of relatively shallow networks, NIPS 2016.
#pragma once

#include <vector>

#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/residual_change.hpp>

namespace resdyn {

/// ‖y_{n−1} − y_{n−2}‖ over the samples, in one norm.
struct ChangeFigures {
    double mean = 0.0;
    double q95 = 0.0;
    double max = 0.0;
};

struct DepthLayer {
    Index depth = 0;  ///< n: the network cut to its first n layers; 0: the read-out of x_0.
    Proportion accuracy;
    MeanWithError margin;  ///< the true class's logit less the best other.
    Proportion agreement;  ///< same class as the whole network.
    ChangeFigures two;     ///< r_n; NaN for n < 2.
    ChangeFigures rms;
    ChangeFigures inf;
    double contribution = 0.0;  ///< mean over samples of ‖h A y_{n−1}‖₂ / ‖x_n‖₂; 0 for n = 0. Of a
                                ///< perceptron ‖x_n − x_{n−1}‖₂ / ‖x_n‖₂.

    double change(ChangeNorm norm, SampleReduction reduction) const;
};

/// What is left without one layer.
struct Lesion {
    Index layer = 0;      ///< 1 … L.
    Proportion accuracy;  ///< layer dropped: those after it see another state.
    Proportion agreement;
    /// Its evidence alone taken out of the logits, the other residuals as they were; residual
    /// networks only, else NaN.
    double accuracy_without_evidence = 0.0;
};

struct DepthProfile {
    std::vector<DepthLayer> layers;  ///< n = 0 … L.
    std::vector<Lesion> lesions;     ///< L, or none if L = 1.
    std::vector<Index> final_from;   ///< by sample: first depth from which its class stays.
    std::vector<Index> agrees_at;    ///< by sample: first depth with the whole network's class.
    bool shared_weights = false;     ///< then every lesion of a layer is the same network.
};

/// One sweep over `inputs` (D×B), and one more for each lesion (own weights: (L − 1)/2 sweeps'
/// worth on average; shared weights: one). In float32. Throws std::invalid_argument for data or
/// labels that do not fit.
DepthProfile depth_profile(const Network& network, const Eigen::MatrixXf& inputs,
                           const Eigen::VectorXi& labels, int threads = 0);

}  // namespace resdyn
