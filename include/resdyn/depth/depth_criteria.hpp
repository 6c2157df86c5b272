/// @file
/// How deep a trained network needs to be, by each criterion side by side, and how the answer
/// depends on the tolerance, so that nobody has to guess a threshold.
///
/// The depths are chosen and judged on the same samples: slightly optimistic on others.
/// Returns a depth for every criterion with its accuracy and agreement, and a table over
/// tolerances. Method: read off one profile (depth_profile.hpp); nothing is trained, so a network
/// cut in training may end better. What it can miss: see above; and a criterion that is met at a
/// depth where accuracy dips is not met again further on. Reference: the last-two-layers rule is
/// that of F. Lagzi, T. Ball, J. Boedecker, NIPS 2018 workshop on compact networks; the others are
/// defined here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/depth/depth_profile.hpp>

namespace resdyn {

enum class DepthCriterion {
    LastTwoLayers,  ///< "while r_L < tolerance, drop the last layer" (doc/theory.md §11.1).
    Accuracy,       ///< smallest depth whose accuracy is within `allowance` of the whole network's.
    FinalMean,      ///< mean over inputs of the depth from which on its class stays, rounded up;
    FinalQ95,       ///< depth from which on 95 % of the inputs keep their class;
    FinalWorst,     ///< all of them.
    Oracle,         ///< mean over inputs of the first depth with the whole network's class: what
                    ///< stopping each input at the best moment would need. A bound, no rule.
};
/// "last-two-layers", "accuracy", "final-mean", "final-95", "final-worst", "oracle".
std::string_view to_string(DepthCriterion criterion);

struct DepthCriteriaOptions {
    ChangeNorm norm = ChangeNorm::Rms;
    SampleReduction reduction = SampleReduction::Q95;
    double tolerance = 0.01;   ///< on r_L, in the units of the norm; > 0.
    double allowance = 0.005;  ///< accuracy that may be lost; in [0, 1).
    Index min_depth = 0;       ///< smallest depth to suggest, 1 … L; 0: 2, or L where that is 1.
};

/// What one criterion says.
struct DepthSuggestion {
    DepthCriterion criterion = DepthCriterion::LastTwoLayers;
    double value = 0.0;  ///< before rounding to whole layers.
    Index depth = 0;     ///< whole, at least the smallest (of FinalMean and Oracle too).
    Proportion accuracy;
    Proportion agreement;
};

/// The depth that one tolerance leads to.
struct Sensitivity {
    DepthCriterion criterion = DepthCriterion::LastTwoLayers;  ///< that, or Accuracy.
    SampleReduction reduction = SampleReduction::Q95;          ///< of LastTwoLayers.
    double tolerance = 0.0;  ///< of LastTwoLayers; the allowance of Accuracy.
    Index depth = 0;
    Proportion accuracy;
    Proportion agreement;
};

struct DepthCriteria {
    Index min_depth = 1;                       ///< smallest depth suggested.
    std::vector<DepthSuggestion> suggestions;  ///< all criteria, in the order of the enum.
    /// Tolerances 1, 2, 5 × powers of ten over the range of the r_n, each reduction; then
    /// allowances from 0 to 0.1.
    std::vector<Sensitivity> sensitivity;

    const DepthSuggestion& by(DepthCriterion criterion) const;
};

/// Throws std::invalid_argument naming the option out of range (min_depth above the depth of the
/// profile).
DepthCriteria depth_criteria(const DepthProfile& profile, const DepthCriteriaOptions& options = {});

}  // namespace resdyn
