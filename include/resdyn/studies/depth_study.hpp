/// @file
/// How deep a trained network needs to be: its decisions, residual changes and lesions by depth,
/// the depths that the criteria suggest, the inputs whose class is certain before the last layer,
/// and a shorter network with what it costs (`resdyn depth`).
///
/// Parts: depth_profile.hpp, depth_criteria.hpp, certified_stop.hpp, analytic_tail.hpp,
/// coarsening.hpp, each with its method and reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/depth_study.hpp>
/// #include <resdyn/studies/training.hpp>
///
/// int main() {
///     resdyn::TrainingStudyOptions training;
///     training.network.depth = 5;
///     training.network.step = 0.4;
///     training.train.epochs = 5;
///     const resdyn::Dataset rings = resdyn::builtin_dataset("rings", 300, 1);
///     const resdyn::TrainingStudy trained =
///         resdyn::study_training(resdyn::training_data(rings, {}, training.train), training);
///     const resdyn::DepthStudy study = resdyn::study_depth(trained.result.network, rings);
///     for (const resdyn::DepthLayer& layer : study.profile.layers) {
///         std::cout << "after layer " << layer.depth << ": " << layer.accuracy.value << '\n';
///     }
///     return study.profile.layers.size() == 6 && study.early_stop->different == 0 ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/depth/certified_stop.hpp>
#include <resdyn/depth/coarsening.hpp>
#include <resdyn/depth/depth_criteria.hpp>
#include <resdyn/model/network.hpp>

namespace resdyn {

struct DepthStudyOptions {
    DepthCriteriaOptions criteria = {};
    DepthCriterion rule = DepthCriterion::Accuracy;  ///< whose depth is kept where `keep` is 0.
    Index keep = 0;     ///< layers of the shorter network, 1 … L; 0: as the rule says.
    bool tail = false;  ///< hold the last residual in place of the layers removed.
    Index coarsen = 0;  ///< instead of cutting, so many larger steps at equal T = hL; 0: cut.
    Index settle_samples =
        500;                 ///< inputs certified and followed to rest, >= 1, a stratified draw.
    std::uint64_t seed = 1;  ///< of that draw.
    int threads = 0;
};

/// A network with fewer layers in place of the whole one, measured.
struct Replacement {
    std::string kind;  ///< "cut", "held tail", "analytic tail", "coarsened".
    Index depth = 0;
    double step = 0.0;  ///< h of it.
    Proportion accuracy;
    Proportion agreement;
    /// Largest |logits − those of the whole network|, and the proved bound of it, where there is
    /// one (infinite where it ran away); NaN: none is claimed.
    double logit_error = 0.0;
    double logit_bound = 0.0;
    Index samples = 0;  ///< of the two: they are taken on the certified sample.
};

/// What stopping early is worth, measured: the same engine with its proofs and without.
struct EarlyStopTiming {
    Index samples = 0;
    double mean_layers = 0.0;        ///< run per input; L without stopping.
    std::vector<Index> tried_after;  ///< layers after which the proofs were tried.
    double seconds = 0.0;            ///< median of the rounds, proofs included.
    double seconds_without = 0.0;    ///< median, all layers run.
    Index different = 0;             ///< inputs whose class is not the whole network's: must be 0.
};

/// The network that the options ask for, and how it came to be.
struct ShorterNetwork {
    Network network;
    std::string how;       ///< "5 layers kept, by accuracy".
    Replacement measured;  ///< on the whole data.
};

/// How deep a network needs to be, and what may replace its last layers.
struct DepthStudy {
    DepthProfile profile;
    DepthCriteriaOptions options;
    DepthCriteria criteria;
    std::optional<CertificateReport> certificates;  ///< residual networks.
    std::optional<EarlyStopTiming> early_stop;      ///< likewise.
    std::vector<Replacement> replacements;
    std::optional<StepLimit> step_limit;  ///< where coarser steps were asked for.
    ShorterNetwork shorter;
};

/// Throws std::invalid_argument where the options ask for what the network cannot give: more layers
/// than it has, a tail or coarser steps of weights that differ by layer, a step at or above h* of
/// the equilibria that inputs come to rest at.
DepthStudy study_depth(const Network& network, const Dataset& data,
                       const DepthStudyOptions& options = {});

}  // namespace resdyn
